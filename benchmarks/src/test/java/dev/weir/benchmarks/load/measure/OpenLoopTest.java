package dev.weir.benchmarks.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.benchmarks.Connections;
import dev.weir.benchmarks.load.rivals.Lender;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OpenLoopTest {

  private static final OpenLoop.Plan PLAN =
      new OpenLoop.Plan(500, Duration.ZERO, Duration.ofMillis(200), Duration.ofSeconds(2));

  @Test
  void counts_everybody_once_as_served_refused_or_failed() throws InterruptedException {
    var calls = new AtomicInteger();
    OpenLoop.Outcome outcome;
    try (Lender everyOther = new EveryOther()) {
      outcome = new OpenLoop(PLAN, everyOther, _ -> failEachFourth(calls)).run();
    }
    assertThat(outcome.offered()).isPositive();
    assertThat(outcome.refused().count()).isEqualTo(outcome.offered() / 2);
    assertThat(outcome.failed()).isEqualTo(calls.get() / 4);
    assertThat(outcome.served().count())
        .isEqualTo(outcome.offered() - outcome.refused().count() - outcome.failed());
    assertThat(outcome.inTime()).isLessThanOrEqualTo(outcome.served().count()).isPositive();
  }

  private static void failEachFourth(AtomicInteger calls) {
    if (calls.incrementAndGet() % 4 == 0) {
      throw new IllegalStateException("the work failed");
    }
  }

  /** Lends to the first, refuses the second, and so on. */
  private static final class EveryOther implements Lender {

    private final AtomicInteger calls = new AtomicInteger();
    private final HikariDataSource stub = Connections.stub(10);

    @Override
    public String name() {
      return "every other";
    }

    @Override
    public String settings() {
      return "";
    }

    @Override
    public void lend(Work work) throws Exception {
      if (calls.incrementAndGet() % 2 == 0) {
        throw new SQLTimeoutException("refused");
      }
      try (var connection = stub.getConnection()) {
        work.with(connection);
      }
    }

    @Override
    public void close() {
      stub.close();
    }
  }
}
