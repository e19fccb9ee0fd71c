/**
 * How a setting is written: durations with their unit, numbers, addresses with what must not be
 * shown. Text in, value out; no setting is known by name here. Start reading at {@link
 * dev.weir.config.text.Conversions}.
 */
@NullMarked
package dev.weir.config.text;

import org.jspecify.annotations.NullMarked;
