package dev.weir.tasks.shutdown;

import java.util.List;

/** Something that can be read anew while the service runs. */
@FunctionalInterface
public interface Reloader {

  /** Reads it anew. What it throws is reported, and hurts no other. */
  Reloaded reload() throws Exception;

  /**
   * What came of it, one phrase each; no secret may be in it. Immutable.
   *
   * @param applied what is in force now
   * @param needsRestart what has changed and cannot be had without a restart
   */
  record Reloaded(List<String> applied, List<String> needsRestart) {

    /** Nothing has changed. */
    public static final Reloaded NOTHING = new Reloaded(List.of(), List.of());

    /** Copies the lists. */
    public Reloaded {
      applied = List.copyOf(applied);
      needsRestart = List.copyOf(needsRestart);
    }

    /** All of it is in force. */
    public static Reloaded applied(String... what) {
      return new Reloaded(List.of(what), List.of());
    }
  }
}
