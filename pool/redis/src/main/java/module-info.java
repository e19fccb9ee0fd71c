/** The connection to Redis, by Lettuce. Knows no PostgreSQL. */
module dev.weir.redis {
  requires transitive dev.weir.config;
  requires transitive dev.weir.tasks;
  requires transitive lettuce.core;
  requires io.netty.common;
  // Lettuce is an automatic module, which brings along other automatic ones only; Netty's are not.
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.handler;
  requires io.netty.resolver.dns;
  requires io.netty.transport;
  requires static transitive org.jspecify;

  exports dev.weir.redis;
}
