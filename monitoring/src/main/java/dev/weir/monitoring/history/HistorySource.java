package dev.weir.monitoring.history;

import java.util.Map;

/** Says how some series stand; asked once a minute, on a system task of its own. */
@FunctionalInterface
public interface HistorySource {

  /** Each series' value now, by its name; what is left out or not a number has none this minute. */
  Map<String, Double> read();
}
