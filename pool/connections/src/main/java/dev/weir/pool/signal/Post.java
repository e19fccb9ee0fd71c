package dev.weir.pool.signal;

import dev.weir.gate.AdmissionRejectedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Words on their way out. Equal ones that wait are said once; what cannot be said now is said when
 * the server is back. Safe for use by many threads.
 */
final class Post {

  /** More than so many different words nobody can act upon. */
  static final int MOST = 10_000;

  private final Set<Word> waiting = new LinkedHashSet<>();
  private long dropped;
  private boolean carrying;

  /**
   * Takes a word in.
   *
   * @return whether somebody has to carry it: nobody is under way
   */
  synchronized boolean add(Word word) {
    waiting.add(word);
    dropOldest();
    boolean idle = !carrying;
    carrying = true;
    return idle;
  }

  /** How many words were dropped because too many waited. */
  synchronized long dropped() {
    return dropped;
  }

  /** All that waits; if that is nothing, the carrier has ended. */
  synchronized List<Word> take() {
    List<Word> all = new ArrayList<>(waiting);
    waiting.clear();
    carrying = !all.isEmpty();
    return all;
  }

  /** They could not be said: before all others, those that have not been said again. */
  synchronized void putBack(List<Word> words) {
    List<Word> newer = new ArrayList<>(waiting);
    waiting.clear();
    waiting.addAll(words);
    waiting.addAll(newer);
    dropOldest();
  }

  private void dropOldest() {
    while (waiting.size() > MOST) {
      waiting.remove(waiting.iterator().next());
      dropped++;
    }
  }

  /** Says them in one statement. */
  static void say(Connection connection, List<Word> words) throws SQLException {
    String[] channels = words.stream().map(Word::channel).toArray(String[]::new);
    String[] payloads = words.stream().map(Word::payload).toArray(String[]::new);
    try (PreparedStatement notify =
        connection.prepareStatement(
            "SELECT count(pg_notify(c, p)) FROM unnest(?::text[], ?::text[]) AS word(c, p)")) {
      notify.setArray(1, connection.createArrayOf("text", channels));
      notify.setArray(2, connection.createArrayOf("text", payloads));
      notify.execute();
    }
  }

  /** Where words are said. */
  @FunctionalInterface
  interface Speaker {
    /** Says them, all or none. */
    void say(List<Word> words) throws SQLException, AdmissionRejectedException;
  }
}
