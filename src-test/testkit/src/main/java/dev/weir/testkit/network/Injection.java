package dev.weir.testkit.network;

/** Bytes that nobody has sent, for the first connection on which something goes by. */
// Held in no collection that compares: a carrier of bytes.
@SuppressWarnings("ArrayRecordComponent")
record Injection(byte[] bytes, StandingRule rule) {}
