/**
 * What goes over the wire between a client and PostgreSQL, in the words a rule of a proxy is made
 * of: messages, patterns of messages, and the rule that stands.
 *
 * <p>Values and their checks only; who reads bytes and who cuts sockets is not told here. Start
 * reading at {@link dev.weir.testkit.wire.MessagePattern}.
 */
@NullMarked
package dev.weir.testkit.wire;

import org.jspecify.annotations.NullMarked;
