/**
 * Looks at this JVM: memory, garbage collection, deadlocks, carriers and pinned virtual threads.
 *
 * <p>What may enter is what the JVM itself tells of its state. Start reading at {@link
 * dev.weir.monitoring.jvm.MemoryLook}.
 */
@NullMarked
package dev.weir.monitoring.jvm;

import org.jspecify.annotations.NullMarked;
