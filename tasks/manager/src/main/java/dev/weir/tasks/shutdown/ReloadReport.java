package dev.weir.tasks.shutdown;

import dev.weir.tasks.shutdown.Reloader.Reloaded;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of a reload, by the names of the reloaders. Immutable.
 *
 * @param reloaded of those that ended well
 * @param failed what the others threw
 */
public record ReloadReport(Map<String, Reloaded> reloaded, Map<String, Throwable> failed) {

  /** Copies the maps, in their order. */
  public ReloadReport {
    reloaded = Collections.unmodifiableMap(new LinkedHashMap<>(reloaded));
    failed = Collections.unmodifiableMap(new LinkedHashMap<>(failed));
  }

  /** What needs a restart, of all. */
  public List<String> needsRestart() {
    return reloaded.values().stream().flatMap(it -> it.needsRestart().stream()).toList();
  }

  /** For people: a line for each. Of failures it gives the type alone. */
  public String text() {
    Stream<String> well =
        reloaded.entrySet().stream().map(entry -> line(entry.getKey(), entry.getValue()));
    Stream<String> ill =
        failed.entrySet().stream()
            .map(
                entry ->
                    "  %s: failed with %s, nothing changed"
                        .formatted(entry.getKey(), entry.getValue().getClass().getName()));
    return Stream.concat(well, ill).collect(Collectors.joining("\n", "Reloaded:\n", ""));
  }

  private static String line(String name, Reloaded what) {
    String applied = what.applied().isEmpty() ? "" : " in force: " + list(what.applied()) + ";";
    String restart =
        what.needsRestart().isEmpty() ? "" : " needs a restart: " + list(what.needsRestart());
    String all = applied + restart;
    return "  " + name + ":" + (all.isEmpty() ? " nothing has changed" : all);
  }

  private static String list(List<String> what) {
    return String.join(", ", what);
  }
}
