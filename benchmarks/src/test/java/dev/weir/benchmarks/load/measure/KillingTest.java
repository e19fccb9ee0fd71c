package dev.weir.benchmarks.load.measure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmarks.load.rivals.Lender;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.testkit.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rival that does not recover, and what it leaves to the next one. */
@Timeout(120)
class KillingTest {

  private static final int CALLERS = 20;

  private final PostgresServer server =
      PostgresServer.builder()
          .setting("log_connections", "receipt")
          .setting("log_line_prefix", Killing.PREFIX)
          .start();
  private final Killing killing =
      new Killing(server, CALLERS, Duration.ofMillis(200), Duration.ofMillis(300));

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_server_that_the_one_before_left_dead_is_started_first() throws Exception {
    server.kill();
    killing.revive();
    try (Lender lender = new Lenders(server, 10).weir()) {
      Killing.Outcome outcome = killing.under(work -> lender.lend(work::with));
      assertThat(outcome.rate()).isPositive();
      assertThat(outcome.firstMillis()).isNotNaN();
      assertThat(outcome.stuck()).isZero();
    }
  }

  @Test
  void callers_that_never_come_back_are_counted_and_waited_for_no_longer_than_agreed()
      throws Exception {
    try (Lender lender = new Lenders(server, 10).hikari()) {
      var never = new CountDownLatch(1);
      Killing.Outcome outcome =
          killing.under(
              work -> {
                try {
                  lender.lend(work::with);
                } catch (SQLException lost) {
                  never.await();
                }
              });
      assertThat(outcome.stuck()).isPositive();
    }
  }

  @Test
  void who_fails_every_call_after_the_death_has_no_times() throws Exception {
    var dead = new AtomicBoolean();
    try (Lender lender = new Lenders(server, 10).hikari()) {
      Killing.Outcome outcome =
          killing.under(
              work -> {
                try {
                  lender.lend(
                      connection -> {
                        if (dead.get()) {
                          throw new SQLException("gone for good");
                        }
                        work.with(connection);
                      });
                } catch (SQLException lost) {
                  dead.set(true);
                  throw lost;
                }
              });
      assertThat(outcome.firstMillis()).isNaN();
      assertThat(outcome.fullMillis()).isNaN();
      assertThat(outcome.failed()).isPositive();
    }
  }
}
