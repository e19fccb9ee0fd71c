package dev.weir.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Settings as people read them: one a line, in columns. Stateless. */
final class Listing {
  private Listing() {}

  /** Every value by its key, with where it came from. */
  static String of(Map<String, String> all, Function<String, Origin> origins) {
    Map<String, String> values = new LinkedHashMap<>(all);
    values.replaceAll((_, value) -> value.isEmpty() ? "(not set)" : value);
    int keys = longest(values.keySet());
    int texts = longest(values.values());
    String form = "%-" + keys + "s = %-" + texts + "s  (%s)";
    return values.entrySet().stream()
        .map(one -> form.formatted(one.getKey(), one.getValue(), origins.apply(one.getKey())))
        .collect(Collectors.joining("\n"));
  }

  private static int longest(Iterable<String> texts) {
    int longest = 1;
    for (String text : texts) {
      longest = Math.max(longest, text.length());
    }
    return longest;
  }
}
