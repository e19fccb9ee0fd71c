package dev.weir.monitoring.alert;

import dev.weir.monitoring.Evidence;
import dev.weir.monitoring.slo.Severity;
import dev.weir.monitoring.text.SafeText;
import java.util.Objects;

/**
 * What one look found about one thing. Text that looks like a secret is masked. Immutable.
 *
 * @param key what it is about; one alert for each
 * @param severity how soon somebody must look
 * @param wrong whether it is wrong now
 * @param cause what is wrong
 * @param figures what that rests on
 * @param mend what to do about it
 */
public record Finding(
    String key, Severity severity, boolean wrong, String cause, Evidence figures, String mend) {

  /** Checks that nothing is null. */
  public Finding {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(figures, "figures");
    cause = SafeText.of(cause);
    mend = SafeText.of(mend);
  }

  /** Nothing is wrong with it. */
  public static Finding fine(String key) {
    return new Finding(key, Severity.TICKET, false, "", Evidence.none(), "");
  }

  String text() {
    String shown = figures.isEmpty() ? "" : " (" + figures.text() + ")";
    return cause + shown + (mend.isEmpty() ? "" : "; " + mend);
  }
}
