package io.micrometer.planted;

/** Stands where a metrics library would. */
public final class Meter {}
