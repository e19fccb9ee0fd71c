/**
 * Measurements of what only the pool's own room can see: what stands behind the gate, and how long
 * a caller is inside it. Not part of any published artifact.
 */
@NullMarked
package dev.weir.pool;

import org.jspecify.annotations.NullMarked;
