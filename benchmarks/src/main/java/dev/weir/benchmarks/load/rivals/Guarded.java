package dev.weir.benchmarks.load.rivals;

import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Another rival, entered with a permit only, first come, first served. */
final class Guarded implements Lender {

  private final String name;
  private final Lender inner;
  private final Semaphore permits;
  private final Duration patience;

  Guarded(String name, Lender inner, int permits, Duration patience) {
    this.name = name;
    this.inner = inner;
    this.permits = new Semaphore(permits, true);
    this.patience = patience;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String settings() {
    return "new Semaphore(n, true).tryAcquire(%d ms) before HikariCP with %s"
        .formatted(patience.toMillis(), inner.settings());
  }

  @Override
  public void lend(Work work) throws Exception {
    if (!permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new SQLTimeoutException("no permit after " + patience.toMillis() + " ms");
    }
    try {
      inner.lend(work);
    } finally {
      permits.release();
    }
  }

  @Override
  public void close() {
    inner.close();
  }
}
