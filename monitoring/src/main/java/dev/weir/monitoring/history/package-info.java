/**
 * The room that remembers how things were, so that one can tell what is usual.
 *
 * <p>A point a minute of some series for a day, medians by the hour for two weeks. It judges
 * nothing by itself: it says what was, and how far a value lies from that. Start reading at {@link
 * dev.weir.monitoring.history.History}.
 */
@NullMarked
package dev.weir.monitoring.history;

import org.jspecify.annotations.NullMarked;
