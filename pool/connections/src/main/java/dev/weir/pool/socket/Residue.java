package dev.weir.pool.socket;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the statements of one borrow leave behind in the session of the server, as their text tells:
 * settings, advisory locks, channels, temporary tables, cursors, prepared statements. One statement
 * resets what may be there, and nothing else, so what the driver has prepared survives.
 *
 * <p>To take too much for a trace costs a message, to miss one costs the next borrower more; so a
 * text is read closely only where a word of it gives rise to that, and then with suspicion. What a
 * function or procedure does inside is not seen. Used by whoever has borrowed the connection.
 */
final class Residue {

  /** A kind of trace. */
  enum Kind {
    SETTING("settings", ""),
    ROLE("another role", "RESET SESSION AUTHORIZATION;RESET ROLE;"),
    LOCK("advisory locks", "SELECT pg_catalog.pg_advisory_unlock_all();"),
    CHANNEL("LISTEN", "UNLISTEN *;"),
    TEMPORARY("temporary tables", "DISCARD TEMP;"),
    CURSOR("cursors", "CLOSE ALL;"),
    PREPARED("prepared statements", "");

    private final String words;
    private final String reset;

    Kind(String words, String reset) {
      this.words = words;
      this.reset = reset;
    }
  }

  /** Also where it is but a name: that costs a message, and no more. */
  private static final Pattern TEMPORARY =
      Pattern.compile(
          "\\b(create|into)\\s+(\\w+\\s+){0,3}(temp|temporary)\\b|\\bpg_temp",
          Pattern.CASE_INSENSITIVE);

  /** By its name, and another one than that of the role. */
  private static final String PLAIN = "\\s*+\\(\\s*+'(?!role'|session_authorization')";

  private static final Pattern SETS_PLAIN_SETTING =
      Pattern.compile("set_config" + PLAIN, Pattern.CASE_INSENSITIVE);

  /** Once is enough, whatever stands beside it. */
  private static final Pattern SETS_ANOTHER =
      Pattern.compile("set_config(?!" + PLAIN + ")", Pattern.CASE_INSENSITIVE);

  private static final Pattern HOLD = Pattern.compile("\\bhold\\b", Pattern.CASE_INSENSITIVE);

  private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
  private final List<String> prepared = new ArrayList<>();

  /** Looked at last, and harmless: the same text is often the same object. */
  private @Nullable String clean;

  private boolean beyondRepair;

  /** Whether the role is another one, if only to the end of the transaction. */
  private boolean roleChanged;

  /** A statement, or several, on their way to the server. */
  @SuppressWarnings("ReferenceEquality") // only spares a look
  void saw(String sql) {
    if (sql == clean) {
      return;
    }
    if (contains(sql, "set_config")) {
      noteCalls(sql);
    }
    if (contains(sql, "advisory_lock")) {
      kinds.add(Kind.LOCK);
    }
    if ((sql.contains("emp") || sql.contains("EMP")) && TEMPORARY.matcher(sql).find()) {
      kinds.add(Kind.TEMPORARY);
    }
    if (isWorthReading(sql)) {
      read(sql);
    } else if (kinds.isEmpty()) {
      clean = sql;
    }
  }

  /** Whatever its letters look like; the word has an underscore, which few texts have. */
  private static boolean contains(String sql, String word) {
    int before = word.indexOf('_');
    for (int at = sql.indexOf('_'); at >= 0; at = sql.indexOf('_', at + 1)) {
      if (sql.regionMatches(true, at - before, word, 0, word.length())) {
        return true;
      }
    }
    return false;
  }

  private void noteCalls(String sql) {
    if (SETS_PLAIN_SETTING.matcher(sql).find()) {
      kinds.add(Kind.SETTING);
    }
    if (SETS_ANOTHER.matcher(sql).find()) {
      kinds.add(Kind.ROLE);
    }
  }

  private static boolean isWorthReading(String sql) {
    int first = 0;
    while (first < sql.length() && sql.charAt(first) <= ' ') {
      first++;
    }
    int end = sql.indexOf(';', first);
    return (end >= 0 && end < sql.length() - 1) || mayBegin(sql, first);
  }

  /** As one of the statements does that leave something behind, or a comment before it. */
  private static boolean mayBegin(String sql, int at) {
    if (at + 2 >= sql.length()) {
      return false;
    }
    char second = Character.toUpperCase(sql.charAt(at + 1));
    return switch (Character.toUpperCase(sql.charAt(at))) {
      case 'S' -> second == 'E' && Character.toUpperCase(sql.charAt(at + 2)) == 'T';
      case 'L', 'R', 'P', '/', '-' -> true;
      case 'D' -> second == 'I' || Character.toUpperCase(sql.charAt(at + 2)) != 'L';
      default -> false;
    };
  }

  private void read(String sql) {
    var words = new Words(sql);
    while (!words.isAtEnd()) {
      note(words, sql);
      words.skipStatement();
    }
  }

  private void note(Words words, String sql) {
    switch (words.next()) {
      case "SET" -> noteSet(words);
      case "RESET" -> noteReset(words);
      case "DISCARD" -> noteDiscard(words);
      case "LISTEN" -> kinds.add(Kind.CHANNEL);
      case "DECLARE" -> noteCursor(sql);
      case "PREPARE" -> notePrepared(words.next());
      case "DEALLOCATE" -> forget(words.next());
      default -> {
        // leaves nothing behind
      }
    }
  }

  private void noteReset(Words words) {
    switch (words.next()) {
      case "ROLE", "" -> kinds.add(Kind.ROLE); // or a quoted name, which may be that
      case "SESSION" -> kinds.add(words.next().equals("AUTHORIZATION") ? Kind.ROLE : Kind.SETTING);
      default -> kinds.add(Kind.SETTING);
    }
  }

  private void noteDiscard(Words words) {
    kinds.add(Kind.SETTING);
    if (words.next().equals("ALL")) {
      kinds.add(Kind.ROLE);
    }
  }

  private void noteSet(Words words) {
    switch (words.next()) {
      case "TRANSACTION", "CONSTRAINTS" -> {
        // holds for the transaction
      }
      case "LOCAL" -> noteLocal(words);
      case "ROLE", "" -> kinds.add(Kind.ROLE);
      case "SESSION" ->
          kinds.add(
              switch (words.next()) {
                case "AUTHORIZATION", "ROLE" -> Kind.ROLE;
                default -> Kind.SETTING;
              });
      default -> kinds.add(Kind.SETTING);
    }
  }

  /** Holds for the transaction, but a role is another one in that time, too. */
  private void noteLocal(Words words) {
    switch (words.next()) {
      case "ROLE", "SESSION", "" -> roleChanged = true;
      default -> {
        // ends by itself
      }
    }
  }

  private void noteCursor(String sql) {
    if (HOLD.matcher(sql).find()) {
      kinds.add(Kind.CURSOR);
    }
  }

  private void notePrepared(String name) {
    if (name.isEmpty()) {
      beyondRepair = true; // a quoted name
    } else if (!name.equals("TRANSACTION")) {
      kinds.add(Kind.PREPARED);
      prepared.add(name);
    }
  }

  private void forget(String name) {
    String which = name.equals("PREPARE") ? "ALL" : name;
    if (which.equals("ALL")) {
      prepared.clear();
    } else {
      prepared.remove(which);
    }
  }

  /** Whether there may be anything to reset. */
  boolean isAny() {
    return beyondRepair || !kinds.isEmpty();
  }

  /** Whether something cannot be reset, so that the socket must go. */
  boolean isBeyondRepair() {
    return beyondRepair;
  }

  boolean hasSettings() {
    return kinds.contains(Kind.SETTING);
  }

  boolean hasRole() {
    return kinds.contains(Kind.ROLE);
  }

  boolean isRoleChanged() {
    return roleChanged || hasRole();
  }

  /** What resets it. */
  String reset(String applicationName) {
    var sql = new StringBuilder();
    if (hasSettings() || hasRole()) {
      String name = applicationName.replace("'", "''");
      sql.append("RESET ALL;SET application_name = '").append(name).append("';");
    }
    if (hasSettings() && !hasRole()) {
      sql.append("RESET ROLE;");
    }
    kinds.forEach(kind -> sql.append(kind.reset));
    prepared.forEach(name -> sql.append("DEALLOCATE ").append(name).append(';'));
    return sql.toString();
  }

  /** What it is, for people. */
  String text(boolean inTransaction) {
    Stream<String> open = inTransaction ? Stream.of("an open transaction") : Stream.empty();
    return Stream.concat(open, kinds.stream().map(kind -> kind.words))
        .collect(Collectors.joining(", "));
  }

  void forget() {
    kinds.clear();
    prepared.clear();
    beyondRepair = false;
    roleChanged = false;
  }
}
