package dev.weir.testkit.protocol;

import dev.weir.testkit.wire.MessageType;

/**
 * A message as its first bytes tell.
 *
 * @param header bytes before its content
 * @param length in bytes, header included
 */
record Frame(MessageType type, int header, long length) {}
