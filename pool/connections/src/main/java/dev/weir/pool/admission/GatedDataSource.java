package dev.weir.pool.admission;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import dev.weir.pool.socket.ConnectTrouble;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.Function;

/** What frameworks see: each {@code getConnection} borrows anew and throws what JDBC knows. */
public final class GatedDataSource extends PlainDataSource {

  private final Admission admission;
  private final PoolLane lane;
  private final Function<SQLException, ? extends Exception> explain;

  /**
   * A view of one lane.
   *
   * @param admission the way to a connection
   * @param lane with the profile of all who come this way
   * @param explain says why no socket could be had
   */
  public GatedDataSource(
      Admission admission, PoolLane lane, Function<SQLException, ? extends Exception> explain) {
    this.admission = admission;
    this.lane = lane;
    this.explain = explain;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      Duration budget = lane.budget();
      return budget == null ? admission.borrow(lane, false) : borrowUntil(Deadline.in(budget));
    } catch (AdmissionRejectedException refused) {
      throw refusal(refused);
    } catch (SQLException failure) {
      throw new SQLTransientConnectionException(
          explain.apply(failure).getMessage(), ConnectTrouble.root(failure).getSQLState(), failure);
    }
  }

  private Connection borrowUntil(Deadline end) throws SQLException {
    return end.sooner(Deadline.current()).call(() -> admission.borrow(lane, lane.readOnly(), end));
  }

  private static SQLException refusal(AdmissionRejectedException refused) {
    String message = refused.getMessage();
    return refused.reason() == AdmissionRejectedException.Reason.DEADLINE
        ? new SQLTimeoutException(message, refused)
        : new SQLTransientConnectionException(message, refused);
  }
}
