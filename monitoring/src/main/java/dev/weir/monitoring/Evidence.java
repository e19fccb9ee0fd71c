package dev.weir.monitoring;

import dev.weir.monitoring.text.SafeText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * The figures a finding rests on, in the order in which they were given. What looks like a secret
 * in a value is masked. Immutable.
 *
 * @param figures each figure's value by its name
 */
public record Evidence(SequencedMap<String, String> figures) {

  private static final Evidence NONE = new Evidence(new LinkedHashMap<>());

  /** Copies the map. */
  public Evidence {
    var copy = new LinkedHashMap<String, String>();
    figures.forEach((figure, value) -> copy.put(figure, SafeText.of(value)));
    figures = Collections.unmodifiableSequencedMap(copy);
  }

  /** No figures. */
  public static Evidence none() {
    return NONE;
  }

  /** One figure. */
  public static Evidence of(String figure, Object value) {
    return NONE.and(figure, value);
  }

  /** The same with one more figure; one of the same name is replaced. */
  public Evidence and(String figure, Object value) {
    var more = new LinkedHashMap<>(figures);
    more.put(figure, String.valueOf(value));
    return new Evidence(more);
  }

  /** Whether there is no figure. */
  public boolean isEmpty() {
    return figures.isEmpty();
  }

  /** All figures in one line for people. */
  public String text() {
    return figures.entrySet().stream()
        .map(figure -> figure.getKey() + " " + figure.getValue())
        .collect(Collectors.joining(", "));
  }
}
