/**
 * What work needs to know of a database without knowing one: the seams that whoever lends
 * connections implements, and durable tasks, caches and events use. Interfaces alone enter, each
 * with what holds where nobody implements it. Start reading at {@link
 * dev.weir.tasks.spi.CommitHook}.
 */
@NullMarked
package dev.weir.tasks.spi;

import org.jspecify.annotations.NullMarked;
