package dev.weir.monitoring.slo;

/**
 * How the windows are kept. Immutable.
 *
 * @param saved how often they were saved
 * @param failures how often that failed
 * @param unreadable rows that were passed over, because they are not what this version writes
 * @param lastFailure what the last one failed of, without secrets; empty if the last try went well
 */
public record StorageReport(long saved, long failures, long unreadable, String lastFailure) {}
