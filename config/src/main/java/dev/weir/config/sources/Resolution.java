package dev.weir.config.sources;

import dev.weir.config.keys.Catalogue;
import dev.weir.config.keys.Key;
import dev.weir.config.keys.Key.Form;
import dev.weir.config.keys.Suggestion;
import dev.weir.config.sources.Raw.Kind;
import dev.weir.config.sources.Reading.Fault;
import dev.weir.config.text.Conversions;
import dev.weir.config.text.Masking;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which setting each raw value is for, and which value wins. A name nobody knows is a fault in a
 * file and in code, where only we write; in the environment and in system properties, where others
 * write too, it is a warning. For one thread while it is built, then immutable.
 */
public final class Resolution {
  private static final String LANES = "lanes";
  private static final Pattern HARMLESS =
      Pattern.compile("\\d{1,6}(ms|s|m|h)?|true|false|unlimited|none|auto|off");
  private static final Pattern TELLTALE =
      Pattern.compile("(?i)pass|pwd|pw|secret|token|key|cred|postgres|redis");

  private final Map<String, Raw> values = new HashMap<>();
  private final List<Fault> faults;
  private final List<String> warnings;
  private final Catalogue catalogue;

  private Resolution(Reading reading) {
    faults = new ArrayList<>(reading.faults());
    warnings = new ArrayList<>(reading.warnings());
    catalogue = new Catalogue(lanes(reading), bulkheads(reading));
    for (Raw raw : reading.raws()) {
      if (raw.kind() == Kind.ENVIRONMENT) {
        resolveVariable(raw);
      } else {
        resolve(raw);
      }
    }
  }

  /** Resolves everything that was read. */
  public static Resolution of(Reading reading) {
    return new Resolution(reading);
  }

  /** The winning value of each key that was set. */
  public Map<String, Raw> values() {
    return Map.copyOf(values);
  }

  /** What cannot be. */
  public List<Fault> faults() {
    return List.copyOf(faults);
  }

  /** What was ignored, in sentences; no value is in them. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /** The lanes there are by name, the preset ones first. */
  private static Set<String> lanes(Reading reading) {
    Set<String> names = new LinkedHashSet<>(Catalogue.PRESET_LANES);
    String variable = Catalogue.variable(LANES);
    reading.raws().stream()
        .filter(raw -> raw.key().equals(raw.kind() == Kind.ENVIRONMENT ? variable : LANES))
        .reduce((_, later) -> later)
        .ifPresent(raw -> names.addAll(Conversions.names(raw.value())));
    return names;
  }

  private static Set<String> bulkheads(Reading reading) {
    Set<String> names = new HashSet<>(Set.of(Catalogue.DEFAULT_BULKHEAD));
    reading.raws().stream()
        .filter(raw -> raw.kind() != Kind.ENVIRONMENT)
        .flatMap(raw -> Catalogue.bulkheadIn(raw.key()).stream())
        .forEach(names::add);
    return names;
  }

  private void resolve(Raw raw) {
    if (catalogue.find(raw.key()).isPresent()) {
      values.put(raw.key(), raw);
    } else if (raw.kind() == Kind.SYSTEM_PROPERTY) {
      String guess =
          Suggestion.closest(catalogue.paths(), raw.key())
              .map("; did you mean weir.%s?"::formatted)
              .orElse("");
      warnings.add(
          "system property %s is no setting and is ignored".formatted(raw.place()) + guess);
    } else {
      faults.add(new Fault(raw, catalogue.unknown(raw.key())));
    }
  }

  private void resolveVariable(Raw raw) {
    List<String> meant = catalogue.meantBy(raw.place());
    switch (meant.size()) {
      case 0 -> warnings.add(unknownVariable(raw.place()));
      case 1 -> values.put(meant.getFirst(), raw.meaning(meant.getFirst()));
      default ->
          faults.add(
              new Fault(
                  raw,
                  "may mean %s; set the one you mean in weir.properties or as a system property"
                      .formatted(String.join(" or ", meant))));
    }
  }

  private String unknownVariable(String variable) {
    return "environment variable %s is no setting and is ignored".formatted(variable)
        + Suggestion.closest(catalogue.paths().map(Catalogue::variable), variable)
            .map("; did you mean %s?"::formatted)
            .orElse("");
  }

  /** How the value of this key is written; empty for a key that is none. */
  public Optional<Form> form(String key) {
    return catalogue.find(key).map(Key::form);
  }

  /** What is wrong with a key that is no setting. */
  public Optional<String> unknown(String key) {
    return catalogue.find(key).isPresent() ? Optional.empty() : Optional.of(catalogue.unknown(key));
  }

  /** As much of a value as may be shown; empty for none of it. */
  public Optional<String> shown(Raw raw) {
    Optional<Form> form = form(raw.key());
    if (raw.value().isEmpty()) {
      return Optional.empty();
    }
    if (form.isEmpty()) {
      return Optional.of(raw.value()).filter(value -> harmless(raw.key(), value));
    }
    return switch (form.get()) {
      case SECRET -> Optional.of(Masking.MASK);
      case ADDRESS -> Optional.of(Masking.address(raw.value()));
      default -> Optional.of(raw.value());
    };
  }

  /** Under a misspelt key may stand a password: only a short figure under a plain name is shown. */
  private static boolean harmless(String key, String value) {
    return HARMLESS.matcher(value).matches() && !TELLTALE.matcher(key).find();
  }
}
