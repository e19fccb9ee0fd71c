/** Measures what is done to each statement beside its work. */
@NullMarked
package dev.weir.pool.lease;

import org.jspecify.annotations.NullMarked;
