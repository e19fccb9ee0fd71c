package dev.weir.pool;

import dev.weir.pool.admission.Admission;
import dev.weir.pool.admission.GatedDataSource;
import dev.weir.pool.admission.PoolLane;
import dev.weir.pool.session.JoiningDataSource;
import java.sql.SQLException;
import java.util.function.BiFunction;
import javax.sql.DataSource;

/** The pool as JDBC's own interface sees it. */
final class DataSources {

  private final Admission admission;
  private final ConnectionSettings settings;
  private final BiFunction<PoolLane, SQLException, DatabaseUnavailableException> explain;
  private final DataSource usual;
  private final DataSource joining;

  DataSources(
      Admission admission,
      ConnectionSettings settings,
      Sessions sessions,
      BiFunction<PoolLane, SQLException, DatabaseUnavailableException> explain) {
    this.admission = admission;
    this.settings = settings;
    this.explain = explain;
    this.usual = over(lane(Access.readWrite()));
    this.joining = new JoiningDataSource(() -> sessions.join(usual));
  }

  /** Borrows anew from the default lane. */
  DataSource usual() {
    settings.checkOutsideTransaction(admission.lane(Access.DEFAULT_LANE).role());
    return usual;
  }

  /** Borrows anew, as it is wanted. */
  DataSource of(Access access) {
    PoolLane lane = lane(access);
    settings.checkOutsideTransaction(lane.role());
    return over(lane);
  }

  private PoolLane lane(Access access) {
    return admission
        .lane(access.lane())
        .as(access.role())
        .narrowed(access.isReadOnly(), access.budget());
  }

  private DataSource over(PoolLane lane) {
    return new GatedDataSource(admission, lane, failure -> explain.apply(lane, failure));
  }

  /** Gives the connection of the session that the caller is in, and borrows where it is in none. */
  DataSource joining() {
    return joining;
  }
}
