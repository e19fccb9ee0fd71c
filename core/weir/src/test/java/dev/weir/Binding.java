package dev.weir;

import dev.weir.config.WeirConfig;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one setting changes, as it is seen from outside. Immutable.
 *
 * @param key its path; {@code <name>} stands for the lane {@code batch}
 * @param probe looks
 * @param beside other settings that it needs to show
 * @param seen what is seen for each of its values
 */
record Binding(String key, Probe probe, Map<String, String> beside, Map<String, String> seen) {

  /** Looks at what a configuration does. */
  @FunctionalInterface
  interface Probe {

    /**
     * What is seen.
     *
     * @param expected what should be, for a probe that waits until it is
     */
    String of(WeirConfig config, String expected) throws Exception;
  }

  static Binding of(String key, Probe probe) {
    return new Binding(key, probe, Map.of(), Map.of());
  }

  /** The same while another setting has this value. */
  Binding beside(String other, String value) {
    return new Binding(key, probe, with(beside, other, value), seen);
  }

  /** The same with what is seen for this value. */
  Binding when(String value, String shows) {
    return new Binding(key, probe, beside, with(seen, value, shows));
  }

  private static Map<String, String> with(Map<String, String> map, String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(map);
    more.put(name, value);
    return more;
  }
}
