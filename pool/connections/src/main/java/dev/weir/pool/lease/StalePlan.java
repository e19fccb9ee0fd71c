package dev.weir.pool.lease;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the server answers when the statement that it keeps no longer fits, or is gone. */
public final class StalePlan {

  private static final String NOT_SUPPORTED = "0A000";
  private static final String NO_SUCH_STATEMENT = "26000";

  private StalePlan() {}

  /**
   * Whether a statement failed because it was prepared before a table was changed, or because
   * somebody deallocated it. Nothing was done then, and the driver prepares it anew when it is
   * executed again; inside a transaction only after that was rolled back.
   */
  public static boolean isReasonFor(SQLException failure) {
    return NO_SUCH_STATEMENT.equals(failure.getSQLState()) || isChanged(failure);
  }

  /** Whether "cached plan must not change result type": other sockets will meet the same. */
  static boolean isChanged(Throwable failure) {
    return failure instanceof PSQLException known
        && NOT_SUPPORTED.equals(known.getSQLState())
        && isOfThePlanCache(known.getServerErrorMessage());
  }

  /** The words are translated, the place in the server's code is not. */
  private static boolean isOfThePlanCache(@Nullable ServerErrorMessage told) {
    String routine = told == null ? null : told.getRoutine();
    return routine != null && routine.startsWith("RevalidateCached");
  }
}
