package dev.weir.benchmarks.load.scenarios;

import dev.weir.benchmarks.load.measure.Trial;
import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.testkit.PostgresServer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The servers and rivals of one scenario while it runs, closed in reverse. Not safe for use by many
 * threads.
 */
public final class Stage implements AutoCloseable {

  private final Deque<AutoCloseable> parts = new ArrayDeque<>();
  private final List<String> settings = new ArrayList<>();
  private final List<Trial> trials = new ArrayList<>();
  private int rounds = 1;

  /** Runs each trial so often. */
  void rounds(int rounds) {
    this.rounds = rounds;
  }

  /** Closes it with the stage. */
  <T extends AutoCloseable> T keep(T part) {
    parts.push(part);
    return part;
  }

  /** Closes it with the stage, and tells its settings. */
  Lender lender(Lender lender) {
    say(lender.name() + ": " + lender.settings());
    return keep(lender);
  }

  /** A PostgreSQL of its own, with room for so many connections; as fast as it can be. */
  PostgresServer server(int connections) {
    say(
        "Server: embedded PostgreSQL 18, max_connections=%d, fsync=off, synchronous_commit=off,"
                .formatted(connections)
            + " full_page_writes=off, else as shipped; on this machine, over TCP");
    return keep(
        PostgresServer.builder().setting("max_connections", String.valueOf(connections)).start());
  }

  /** Tells a setting. */
  void say(String setting) {
    settings.add(setting);
  }

  /** Adds what is run in each round. */
  void add(Trial trial) {
    trials.add(trial);
  }

  /** How often each trial is run. */
  public int rounds() {
    return rounds;
  }

  /** What was set, line by line. */
  public List<String> settings() {
    return List.copyOf(settings);
  }

  /** What is run in each round. */
  public List<Trial> trials() {
    return List.copyOf(trials);
  }

  @Override
  public void close() {
    IllegalStateException failed = null;
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception failure) {
        failed = failed == null ? new IllegalStateException("A rival did not close.") : failed;
        failed.addSuppressed(failure);
      }
    }
    if (failed != null) {
      throw failed;
    }
  }
}
