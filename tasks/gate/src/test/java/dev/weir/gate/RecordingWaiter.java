package dev.weir.gate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes its name down when it is admitted, and keeps a refusal. */
final class RecordingWaiter extends Waiter {

  final String name;
  private final List<String> admissions;
  @Nullable AdmissionRejectedException refusal;

  RecordingWaiter(String name, List<String> admissions) {
    this.name = name;
    this.admissions = admissions;
  }

  @Override
  protected void admitted() {
    admissions.add(name);
  }

  @Override
  protected void refused(AdmissionRejectedException refusal) {
    this.refusal = refusal;
  }
}
