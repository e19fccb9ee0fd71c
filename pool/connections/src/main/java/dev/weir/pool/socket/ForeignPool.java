package dev.weir.pool.socket;

import dev.weir.pool.line.Watchdog;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.IntSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source that somebody else owns: Weir admits callers to it but cannot see its sockets, so
 * it takes as many as there are sessions. It is not closed here.
 */
public final class ForeignPool implements PhysicalPool {

  private final DataSource source;
  private final IntSupplier inUse;

  /** One for each permit, so that a borrow makes none. */
  private final Slots places;

  /**
   * Puts a data source behind the gate.
   *
   * @param source theirs
   * @param watchdog ends calls that are due
   * @param inUse how many permits are in use
   * @param size how many permits there are
   */
  public ForeignPool(DataSource source, Watchdog watchdog, IntSupplier inUse, int size) {
    this.source = source;
    this.inUse = inUse;
    this.places = new Slots(size);
    for (int i = 0; i < size; i++) {
      PhysicalConnection place = PhysicalConnection.foreign(watchdog);
      places.add(place);
      places.free(place);
    }
  }

  @Override
  public PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    PhysicalConnection place = places.claim(ServerGuards.NONE);
    boolean lent = false;
    try {
      place.lend(source.getConnection());
      lent = true;
      return place;
    } finally {
      if (!lent) {
        places.free(place);
      }
    }
  }

  /** What the server was told for our lane is not left to the owner's next caller. */
  @Override
  public void giveBack(PhysicalConnection connection) throws SQLException {
    try {
      connection.preamble().wants(ServerGuards.NONE);
      connection.tellGuards();
    } catch (SQLException failure) {
      discard(connection);
      throw failure;
    }
    Connection theirs = connection.jdbc();
    connection.back();
    places.free(connection);
    theirs.close();
  }

  @Override
  public void discard(PhysicalConnection connection) throws SQLException {
    Connection theirs = connection.jdbc();
    connection.back();
    places.free(connection);
    try {
      theirs.abort(Runnable::run);
    } finally {
      theirs.close();
    }
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return null;
  }

  @Override
  public List<PhysicalConnection> borrowed() {
    return places.borrowed();
  }

  @Override
  public int connections() {
    return inUse.getAsInt();
  }

  @Override
  public int idle() {
    return 0;
  }

  @Override
  public void close() {
    // The owner closes it.
  }
}
