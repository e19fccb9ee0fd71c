package dev.weir.monitoring.slo;

import dev.weir.monitoring.slo.window.Ring;
import dev.weir.monitoring.text.SafeText;
import dev.weir.tasks.SystemTasks;
import dev.weir.tasks.schedule.ScheduleHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries windows to their table and back. What fails is counted, said once, and tried again with
 * the next save; nothing is taken out of memory for it. Safe for use by many threads.
 */
final class Persistence {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring.slo");

  private final SloStorage storage;
  private final SloTable table;
  private final List<Tracker> trackers;

  /** One save at a time; held over the database, but by nobody that counts or reads. */
  private final ReentrantLock saving = new ReentrantLock();

  private final Map<Tracker, byte[]> lastSaved = new HashMap<>();
  private final Map<Tracker, Takeover> underWay = new HashMap<>();
  private final AtomicLong saved = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final AtomicLong unreadable = new AtomicLong();
  private final AtomicReference<String> lastFailure = new AtomicReference<>("");
  private volatile @Nullable ScheduleHandle schedule;
  private boolean prepared;

  Persistence(SloStorage storage, List<Tracker> trackers) {
    this.storage = storage;
    this.table = new SloTable(storage);
    this.trackers = trackers;
  }

  /** Reads and writes once on this thread, then again and again in the background. */
  void start(SystemTasks system) {
    save();
    schedule = system.every("slo save", storage.interval(), this::save);
  }

  void save() {
    saving.lock();
    try (Connection connection = storage.dataSource().getConnection()) {
      prepare(connection);
      for (Tracker tracker : trackers) {
        save(connection, tracker);
      }
      saved.incrementAndGet();
      if (!lastFailure.getAndSet("").isEmpty()) {
        LOG.info("SLO windows are saved again.");
      }
    } catch (SQLException | RuntimeException failure) {
      failed(failure);
    } finally {
      saving.unlock();
    }
  }

  private void failed(Exception failure) {
    failures.incrementAndGet();
    String why = SafeText.of(failure);
    if (lastFailure.getAndSet(why).isEmpty()) {
      LOG.warn(
          "SLO windows could not be saved: {}. They stay in memory and are saved once it goes"
              + " again, with a try every {}; this is said once.",
          why,
          storage.interval());
    }
  }

  private void prepare(Connection connection) throws SQLException {
    if (!prepared) {
      if (storage.createTable()) {
        SloTable.create(connection);
      }
      SloTable.deleteOld(connection);
      prepared = true;
    }
  }

  private void save(Connection connection, Tracker tracker) throws SQLException {
    byte[] before = lastSaved.get(tracker);
    if (before == null) {
      takeOver(connection, tracker);
    } else {
      saveAgain(connection, tracker, before);
    }
    tracker.others(rings(table.others(connection, tracker.slo())));
  }

  private void saveAgain(Connection connection, Tracker tracker, byte[] before)
      throws SQLException {
    byte[] now = tracker.bytes();
    if (table.update(connection, tracker.slo(), now)) {
      lastSaved.put(tracker, now);
    } else {
      // Taken for dead: what was saved is another's by now, what was not is still ours alone.
      lastSaved.remove(tracker);
      Ring.of(before).ifPresent(tracker::handOver);
      takeOver(connection, tracker);
    }
  }

  /** In one transaction, so that at no moment a row is in nobody's hands. */
  private void takeOver(Connection connection, Tracker tracker) throws SQLException {
    connection.setAutoCommit(false);
    try {
      List<SloTable.Row> rows = table.ownAndDead(connection, tracker.slo());
      Takeover before = underWay.get(tracker);
      if (before != null && before.isAmong(rows)) {
        // It was committed, only its answer was lost: to read it once more would count twice.
        adopt(tracker, before);
      } else {
        adopt(tracker, takeOver(connection, tracker, rows));
      }
    } catch (Throwable failure) {
      rollBack(connection, failure);
      throw failure;
    }
    connection.setAutoCommit(true);
  }

  private Takeover takeOver(Connection connection, Tracker tracker, List<SloTable.Row> rows)
      throws SQLException {
    List<Ring> found = rings(rows);
    var takeover = new Takeover(found, tracker.bytesWith(found));
    for (SloTable.Row row : rows) {
      table.delete(connection, tracker.slo(), row);
    }
    table.insert(connection, tracker.slo(), takeover.written);
    underWay.put(tracker, takeover);
    connection.commit();
    return takeover;
  }

  private void adopt(Tracker tracker, Takeover takeover) {
    underWay.remove(tracker);
    takeover.found.forEach(tracker::adopt);
    lastSaved.put(tracker, takeover.written);
  }

  private static void rollBack(Connection connection, Throwable failure) {
    try {
      connection.rollback();
    } catch (SQLException second) {
      failure.addSuppressed(second);
    }
  }

  /** Rows that are being taken over, and what is written in their place. */
  private static final class Takeover {
    private final List<Ring> found;
    private final byte[] written;

    Takeover(List<Ring> found, byte[] written) {
      this.found = found;
      this.written = written;
    }

    boolean isAmong(List<SloTable.Row> rows) {
      return rows.stream()
          .flatMap(row -> row.counts().stream())
          .anyMatch(ring -> Arrays.equals(ring.bytes(), written));
    }
  }

  private List<Ring> rings(List<SloTable.Row> rows) {
    unreadable.addAndGet(rows.stream().filter(row -> row.counts().isEmpty()).count());
    return rows.stream().flatMap(row -> row.counts().stream()).toList();
  }

  StorageReport report() {
    return new StorageReport(saved.get(), failures.get(), unreadable.get(), lastFailure.get());
  }

  void close() {
    ScheduleHandle mine = schedule;
    if (mine != null) {
      mine.cancel();
    }
  }
}
