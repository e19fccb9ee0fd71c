/**
 * The room that remembers how many calls were good and bad, and when, in a few kilobytes.
 *
 * <p>Rings of slots and their bytes, nothing else: no clock, no thread, no lock. Start reading at
 * {@link dev.weir.monitoring.slo.window.Ring}.
 */
@NullMarked
package dev.weir.monitoring.slo.window;

import org.jspecify.annotations.NullMarked;
