package dev.weir.pool.session;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How a transaction ended whose work returned. */
public sealed interface Outcome {

  /** The server said so, or had nothing to commit. */
  record Committed() implements Outcome {}

  /** Rolled back, because the one who began it asked for that. */
  record GivenUp() implements Outcome {}

  /**
   * Rolled back although its owner meant to commit.
   *
   * @param how what happened inside
   * @param why the exception behind it, if there was one
   */
  record RolledBack(String how, @Nullable Throwable why) implements Outcome {}

  /** COMMIT was refused, or could not be sent: nothing of it is there. */
  record Failed(SQLException why) implements Outcome {}

  /** COMMIT was sent and the answer was lost. */
  record Unknown(SQLException why) implements Outcome {}
}
