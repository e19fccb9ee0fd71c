/**
 * The front door: starts the floors in order, hands them out, and stops them in reverse.
 *
 * <p>Nothing but wiring lives here: what a floor does is decided on that floor. Start reading at
 * {@link dev.weir.Weir}.
 */
@NullMarked
package dev.weir;

import org.jspecify.annotations.NullMarked;
