/**
 * What every executor promises, asked of the JDK's own and of ours on the same terms. Written from
 * the contracts in the JDK's documentation.
 */
@NullMarked
package dev.weir.tasks.conformance;

import org.jspecify.annotations.NullMarked;
