package dev.weir.monitoring.slo;

/** How soon somebody must look. */
public enum Severity {
  /** Within days. */
  TICKET,
  /** Now. */
  PAGE
}
