package dev.weir.pool.fleet;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one instance tells the others, as the {@code application_name} of a session of its own,
 * which all logins may read and which ends with the instance. Immutable.
 *
 * @param fleet with whom it shares
 * @param id of the instance, new at each start
 * @param weight of its share
 * @param connections what it holds, or may take at any moment
 */
record Claim(String fleet, String id, int weight, int connections) {

  private static final String PREFIX = "weir-fleet:";
  private static final Pattern FORM =
      Pattern.compile(PREFIX + "([a-z0-9-]{1,30}):([0-9a-f]{8}):(\\d{1,4}):(\\d{1,5})");

  /** The same with another number. */
  Claim connections(int number) {
    return new Claim(fleet, id, weight, number);
  }

  /** As it is told: at most 63 characters, all that the server keeps. */
  String text() {
    return PREFIX + fleet + ':' + id + ':' + weight + ':' + connections;
  }

  /** What was told so; empty for what nobody of ours tells. */
  static Optional<Claim> of(String text) {
    Matcher told = FORM.matcher(text);
    if (!told.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new Claim(
            told.group(1),
            told.group(2),
            Integer.parseInt(told.group(3)),
            Integer.parseInt(told.group(4))));
  }

  /** What all names of sessions in this fleet begin with. */
  static String prefix(String fleet) {
    return PREFIX + fleet + ':';
  }
}
