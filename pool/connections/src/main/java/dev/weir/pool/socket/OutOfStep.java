package dev.weir.pool.socket;

import java.sql.SQLException;

/**
 * What becomes of a connection whose driver has failed by something else than an SQLException in
 * the middle of a call: nobody knows what of the server's answer was read, and the next borrower
 * might be given the rest of it as the answer to its own question. So its socket is cut.
 */
public final class OutOfStep {

  private static final String CONNECTION_LOST = "08006";

  private OutOfStep() {}

  /**
   * Cuts the socket if the failure is such a one.
   *
   * @return what the caller is told; an Error is left as it is
   */
  public static Throwable explain(PhysicalConnection connection, Throwable failure) {
    if (failure instanceof SQLException) {
      return failure;
    }
    SQLException told = cut(connection, failure);
    return failure instanceof RuntimeException ? told : failure;
  }

  static SQLException cut(PhysicalConnection connection, Throwable failure) {
    var told =
        new SQLException(
            "The driver failed by %s in the middle of a call and may be out of step with the server, so the connection was closed; what the server did is not known. If no value that was given to the call explains it, check what stands between here and the server."
                .formatted(failure),
            CONNECTION_LOST,
            failure);
    try {
      connection.cut();
    } catch (SQLException broken) {
      told.addSuppressed(broken);
    }
    return told;
  }
}
