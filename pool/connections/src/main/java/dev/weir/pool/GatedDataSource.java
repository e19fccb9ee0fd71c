package dev.weir.pool;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Deadline;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What frameworks see: each {@code getConnection} borrows anew and throws what JDBC knows. */
final class GatedDataSource extends PlainDataSource {

  private final Admission admission;
  private final PoolLane lane;
  private final boolean readOnly;
  private final @Nullable Duration budget;
  private final Function<SQLException, ? extends Exception> explain;

  GatedDataSource(
      Admission admission, Access access, Function<SQLException, ? extends Exception> explain) {
    this.admission = admission;
    this.lane = admission.lane(access.lane());
    this.readOnly = access.isReadOnly();
    this.budget = lane.budget(access.budget());
    this.explain = explain;
  }

  @Override
  public Connection getConnection() throws SQLException {
    try {
      return budget == null ? admission.borrow(lane, readOnly) : borrowUntil(Deadline.in(budget));
    } catch (AdmissionRejectedException refused) {
      throw refusal(refused);
    } catch (SQLException failure) {
      throw new SQLTransientConnectionException(
          explain.apply(failure).getMessage(), ConnectTrouble.root(failure).getSQLState(), failure);
    }
  }

  private Connection borrowUntil(Deadline end) throws SQLException {
    return end.sooner(Deadline.current()).call(() -> admission.borrow(lane, readOnly, end));
  }

  private static SQLException refusal(AdmissionRejectedException refused) {
    String message = refused.getMessage();
    return refused.reason() == AdmissionRejectedException.Reason.DEADLINE
        ? new SQLTimeoutException(message, refused)
        : new SQLTransientConnectionException(message, refused);
  }
}
