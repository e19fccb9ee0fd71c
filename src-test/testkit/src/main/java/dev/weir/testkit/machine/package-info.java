/**
 * What the machine beneath a measurement says of itself.
 *
 * <p>Figures of the operating system that tell whether a result can be trusted enter; results do
 * not. Start reading at {@link dev.weir.testkit.machine.ProcessorTime}.
 */
@NullMarked
package dev.weir.testkit.machine;

import org.jspecify.annotations.NullMarked;
