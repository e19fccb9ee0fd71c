package dev.weir.testkit.network;

/** So many more bytes of one direction pass on each connection; the first to get there is cut. */
record Truncation(long bytes, StandingRule rule) {}
