package dev.weir.monitoring.server;

import java.util.HashMap;
import java.util.Map;

/** What Redis answers to INFO, by name. Immutable. */
record RedisInfo(Map<String, String> values) {

  static RedisInfo of(String answer) {
    var values = new HashMap<String, String>();
    answer
        .lines()
        .filter(line -> !line.startsWith("#"))
        .forEach(
            line -> {
              int colon = line.indexOf(':');
              if (colon > 0) {
                values.put(line.substring(0, colon), line.substring(colon + 1).strip());
              }
            });
    return new RedisInfo(Map.copyOf(values));
  }

  String text(String name) {
    return values.getOrDefault(name, "");
  }

  /** 0 where Redis does not say. */
  long number(String name) {
    String value = text(name);
    return value.matches("\\d{1,18}") ? Long.parseLong(value) : 0;
  }

  /** Whether the last of its kind went wrong. */
  boolean failed(String name) {
    return text(name).equals("err");
  }
}
