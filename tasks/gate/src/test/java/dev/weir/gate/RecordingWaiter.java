package dev.weir.gate;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what it is told and when, among others that do so, and keeps a refusal. */
final class RecordingWaiter extends Waiter {

  final String name;
  private final long budgetNanos;
  private final List<String> told;
  @Nullable AdmissionRejectedException refusal;

  /** One that can wait for ever. */
  RecordingWaiter(String name, List<String> told) {
    this(name, Long.MAX_VALUE, told);
  }

  RecordingWaiter(String name, long budgetNanos, List<String> told) {
    this.name = name;
    this.budgetNanos = budgetNanos;
    this.told = told;
  }

  @Override
  long budgetNanos() {
    return budgetNanos;
  }

  @Override
  long budget() {
    return budgetNanos;
  }

  @Override
  protected void admitted() {
    told.add(name);
  }

  @Override
  protected void refused(AdmissionRejectedException no) {
    refusal = no;
    long retry = no.retryAfter().map(Duration::toNanos).orElse(0L);
    told.add("%s %s %d %d".formatted(name, no.reason(), no.queued(), retry));
  }
}
