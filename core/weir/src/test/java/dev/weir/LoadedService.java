package dev.weir;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.AdmissionRejectedException.Reason;
import dev.weir.tasks.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A service in a JVM of its own that is given work by four threads until it refuses, and keeps a
 * ledger of what it accepted and what it ended.
 */
final class LoadedService {

  private static final int GIVERS = 4;
  private static final long FULL_NANOS = 100_000;

  private final AtomicInteger numbers = new AtomicInteger();
  private final CountDownLatch warm = new CountDownLatch(200);
  private final Weir weir = Weir.start();
  private final Ledger ledger;
  private final String sql;

  private LoadedService(Path directory, String sql) throws IOException {
    this.ledger = new Ledger(directory);
    this.sql = sql;
  }

  /** Where the ledger is, and what each task asks the database. */
  public static void main(String[] arguments) throws Exception {
    var service = new LoadedService(Path.of(arguments[0]), arguments[1]);
    for (int i = 0; i < GIVERS; i++) {
      Thread.ofVirtual().start(service::give);
    }
    service.warm.await();
    System.out.println("ready");
    new CountDownLatch(1).await();
  }

  private void give() {
    while (true) {
      String name = "letter-" + numbers.incrementAndGet() + "-";
      try {
        weir.tasks().run(Task.named(name).bulkhead("letters"), () -> write(name));
        ledger.accepted(name);
      } catch (AdmissionRejectedException no) {
        if (no.reason() == Reason.CLOSED) {
          return;
        }
        LockSupport.parkNanos(FULL_NANOS);
      }
      warm.countDown();
    }
  }

  private void write(String name) throws SQLException {
    weir.connections().useSession(c -> Houses.one(c, sql));
    ledger.ended(name);
  }
}
