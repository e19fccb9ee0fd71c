package dev.weir.monitoring.web;

/**
 * Who asks. Immutable.
 *
 * @param local whether the request comes from this machine; what a proxy on it forwards does too
 */
public record Caller(boolean local) {}
