package dev.weir.config;

import dev.weir.config.ConfigurationException.Problem;
import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.keys.Key.Form;
import dev.weir.config.sources.Raw;
import dev.weir.config.sources.Reading.Fault;
import dev.weir.config.sources.Resolution;
import dev.weir.config.text.Conversions;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The texts that were given, read key by key: the default in place of what is wrong, and each
 * problem kept. For one thread.
 */
final class Values {
  final Map<String, Raw> given;
  final Map<String, Origin> origins = new HashMap<>();
  final Set<String> unreadable = new HashSet<>();
  final Problems problems = Problems.ofRead(this::origin, unreadable);
  private final Resolution resolution;
  private Profile profile = Profile.DEVELOPMENT;

  Values(Resolution resolution) {
    this.resolution = resolution;
    this.given = resolution.values();
    given.forEach((key, raw) -> origins.put(key, originOf(raw)));
  }

  /** Which profile decides the defaults. */
  void profile(Profile chosen) {
    profile = chosen;
  }

  /** What has no source of its own is said to come from where that one came from. */
  void inherit(String from, String to) {
    Origin origin = origins.get(from);
    if (origin != null) {
      origins.putIfAbsent(to, origin);
    }
  }

  /** The record, unless a problem was found since: then the preset, so that others are found. */
  <T extends @Nullable Object> T fine(int before, Supplier<T> made, T preset) {
    return problems.count() == before ? made.get() : preset;
  }

  int number(String key, int otherwise) {
    return read(key, Conversions::number, otherwise);
  }

  Duration time(String key, Duration otherwise) {
    return read(key, Conversions::duration, otherwise);
  }

  @Nullable Duration timeOrNone(String key, @Nullable Duration otherwise) {
    return this.<@Nullable Duration>read(key, Conversions::durationOrNone, otherwise);
  }

  @Nullable String text(String key) {
    return this.<@Nullable String>read(key, text -> text, null);
  }

  <T extends @Nullable Object> T read(String key, Function<String, T> conversion, T otherwise) {
    Raw raw = given.get(key);
    if (raw == null) {
      return otherwise;
    }
    boolean verbatim = form(key) == Form.SECRET;
    String text = verbatim ? raw.value() : raw.value().strip();
    try {
      if (text.isEmpty()) {
        throw new IllegalArgumentException("is empty; give it a value or take it out");
      }
      return conversion.apply(text);
    } catch (IllegalArgumentException wrong) {
      refuse(raw, String.valueOf(wrong.getMessage()));
    } catch (ConfigurationException wrong) {
      wrong.problems().forEach(problem -> refuse(raw, problem.reason()));
    }
    return otherwise;
  }

  private void refuse(Raw raw, String reason) {
    problems.add(new Problem(raw.key(), shown(raw), origin(raw.key()), reason));
    unreadable.add(raw.key());
  }

  Origin origin(String key) {
    Origin origin = origins.get(key);
    return origin == null ? WeirConfig.defaultOrigin(key, profile) : origin;
  }

  void tell(Fault fault) {
    Raw at = fault.at();
    String key = at.key().isEmpty() ? at.place() : at.key();
    problems.add(new Problem(key, shown(at), originOf(at), fault.reason()));
  }

  private Form form(String key) {
    return resolution.form(key).orElse(Form.TEXT);
  }

  private @Nullable String shown(Raw raw) {
    return resolution.shown(raw).orElse(null);
  }

  private static Origin originOf(Raw raw) {
    return switch (raw.kind()) {
      case CLASS_PATH, DIRECTORY -> new Origin.PropertiesFile(raw.place(), raw.line());
      case ENVIRONMENT -> new Origin.Environment(raw.place());
      case SYSTEM_PROPERTY -> new Origin.SystemProperty(raw.place());
      case CODE -> new Origin.Code();
    };
  }
}
