package dev.weir.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A setting that is not the same in two configurations; fit for messages, since secrets are masked.
 * Immutable.
 *
 * @param key without prefix, such as {@code pool.max}
 * @param before as it was, empty if it was not set
 * @param after as it is, empty if it is not set; the same text where only a masked part differs
 */
public record ChangedSetting(String key, String before, String after) {

  /** No part may be null. */
  public ChangedSetting {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(before, "before");
    Objects.requireNonNull(after, "after");
  }

  static List<ChangedSetting> between(Tree before, Tree after) {
    Map<String, String> old = before.values();
    Map<String, String> fresh = after.values();
    Set<String> changed = new LinkedHashSet<>(old.keySet());
    changed.addAll(fresh.keySet());
    changed.removeIf(key -> Objects.equals(old.get(key), fresh.get(key)));
    changed.addAll(alikeWhenMasked(before, after));
    return changed.stream()
        .map(key -> new ChangedSetting(key, old.getOrDefault(key, ""), fresh.getOrDefault(key, "")))
        .toList();
  }

  private static Set<String> alikeWhenMasked(Tree before, Tree after) {
    Map<String, Object> old = before.secrets();
    Map<String, Object> fresh = after.secrets();
    Set<String> changed = new LinkedHashSet<>(old.keySet());
    changed.retainAll(fresh.keySet());
    changed.removeIf(key -> Objects.equals(old.get(key), fresh.get(key)));
    return changed;
  }

  /** The key with both values, as in {@code pool.max: 8 -> 16}. */
  @Override
  public String toString() {
    return before.equals(after)
        ? key + ": its secret part"
        : "%s: %s -> %s".formatted(key, shown(before), shown(after));
  }

  private static String shown(String value) {
    return value.isEmpty() ? "(not set)" : value;
  }
}
