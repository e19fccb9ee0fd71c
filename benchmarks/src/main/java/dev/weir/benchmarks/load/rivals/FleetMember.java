package dev.weir.benchmarks.load.rivals;

import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;

/** A {@link FleetJvm} as its parent sees it, which outlives neither this nor the parent. */
public final class FleetMember implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ChildProgram child;

  private FleetMember(ChildProgram child) {
    this.child = child;
  }

  /**
   * What each JVM is given.
   *
   * @param size connections it may have
   * @param callers that want one all the time
   */
  public record Load(int size, int callers) {}

  /**
   * Calls so far. Immutable.
   *
   * @param done that ended well
   * @param failed by an exception, of the pool or of the server
   */
  public record Tally(long done, long failed) {

    /** None yet. */
    public static final Tally NONE = new Tally(0, 0);

    /** Those since then. */
    public Tally since(Tally earlier) {
      return new Tally(done - earlier.done, failed - earlier.failed);
    }
  }

  /** Starts a JVM with this rival in it, which logs in by a name of its own. */
  public static FleetMember start(String rival, PostgresServer server, String user, Load load)
      throws IOException {
    return new FleetMember(
        ChildProgram.Setup.of(
                FleetJvm.class, Files.createTempDirectory(server.directory(), "member"))
            .start(
                rival,
                server.jdbcUrl("postgres"),
                user,
                server.password(),
                String.valueOf(load.size()),
                String.valueOf(load.callers())));
  }

  /**
   * Waits until its callers begin.
   *
   * @throws AssertionError if they do not in time, with all it said
   */
  public void awaitOpen(Duration patience) {
    child.awaitOutput(FleetJvm.OPEN, patience);
  }

  /** What it has told last: a twentieth of a second old at most, while it lives. */
  public Tally tally() {
    String said = child.output();
    String complete = said.substring(0, said.lastIndexOf('\n') + 1);
    int last = complete.lastIndexOf(FleetJvm.TALLY);
    if (last < 0) {
      return Tally.NONE;
    }
    String[] words = complete.substring(last).lines().findFirst().orElseThrow().split(" ", -1);
    return new Tally(Long.parseLong(words[1]), Long.parseLong(words[2]));
  }

  /**
   * Kills it, as a machine dies.
   *
   * @throws AssertionError if it lives on
   */
  public void kill() {
    child.close();
    child.awaitExit(PATIENCE);
  }

  /** From now on its callers begin no call, and then it ends. */
  public void leave() {
    child.endInput();
  }

  /**
   * Waits for the end of one that leaves, for which its callers have a second.
   *
   * @throws AssertionError if it does not end in time, with all it said
   */
  public void awaitEnd() {
    child.awaitExit(PATIENCE);
  }

  /** Kills it, if it has not ended. */
  @Override
  public void close() {
    child.close();
  }
}
