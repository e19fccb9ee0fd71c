package dev.weir.monitoring.finding;

import dev.weir.monitoring.finding.Finding.Severity;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/** Figures and findings of one look, collected by one thread. */
public final class Findings {

  private final SequencedMap<String, String> figures = new LinkedHashMap<>();
  private final List<Finding> found = new ArrayList<>();

  private Findings() {}

  /** None yet, but for this figure. */
  public static Findings of(String figure, Object value) {
    return new Findings().figure(figure, value);
  }

  /** One more figure; one of the same name is replaced. */
  public Findings figure(String name, Object value) {
    figures.put(name, String.valueOf(value));
    return this;
  }

  /** It works, but not as it should. */
  public Findings poor(String cause, String mend) {
    return add(Severity.POOR, cause, mend);
  }

  /** Nobody can tell. */
  public Findings unclear(String cause, String mend) {
    return add(Severity.UNCLEAR, cause, mend);
  }

  /** It does not work. */
  public Findings broken(String cause, String mend) {
    return add(Severity.BROKEN, cause, mend);
  }

  private Findings add(Severity severity, String cause, String mend) {
    found.add(new Finding(severity, cause, mend));
    return this;
  }

  /** The figures, in the order in which they were given. */
  public SequencedMap<String, String> figures() {
    return Collections.unmodifiableSequencedMap(figures);
  }

  /** How bad the worst of it is; empty if nothing is wrong. */
  public Optional<Severity> worst() {
    return found.stream().map(Finding::severity).max(Severity::compareTo);
  }

  /** All causes in one line. */
  public String cause() {
    return found.stream().map(Finding::cause).collect(Collectors.joining("; "));
  }

  /** All mends in one line. */
  public String mend() {
    return found.stream().map(Finding::mend).distinct().collect(Collectors.joining("; "));
  }
}
