/**
 * What a look at something has found, in plain values: the language of the rooms that look.
 *
 * <p>Nothing here knows of monitors, reports or registries; {@code dev.weir.monitoring} makes those
 * of it. What may enter is what every such room needs. Start reading at {@link
 * dev.weir.monitoring.finding.Look}.
 */
@NullMarked
package dev.weir.monitoring.finding;

import org.jspecify.annotations.NullMarked;
