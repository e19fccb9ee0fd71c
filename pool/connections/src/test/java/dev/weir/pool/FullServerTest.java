package dev.weir.pool;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A server that has fewer connections than the pool would like. */
@Tag("faults")
class FullServerTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static PostgresServer server;
  private static TestDatabase database;
  private static OwnRole role;

  @BeforeAll
  static void start() throws SQLException {
    server =
        PostgresServer.builder()
            .setting("max_connections", "12")
            .setting("superuser_reserved_connections", "4")
            .start();
    database = server.freshDatabase();
    role = OwnRole.create(database, "crowd");
    role.sql("alter role crowd connection limit 6");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void serves_everybody_with_what_it_gives_and_asks_seldom_for_more() throws Exception {
    var logins = new Logins();
    var served = new AtomicInteger();
    try (var pools = Pools.open(role.settings(0, 20), logins)) {
      List<Thread> callers = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        callers.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        pools.manager().useSession(c -> Pools.run(c, "select pg_sleep(0.01)"));
                        served.incrementAndGet();
                      } catch (SQLException failure) {
                        throw new AssertionError(failure);
                      }
                    }));
      }
      for (Thread caller : callers) {
        caller.join();
      }
      assertThat(served).hasValue(400);
      PoolSnapshot after = pools.manager().snapshot();
      assertThat(after.connections()).isBetween(1, 6);
      FaultLog.note(
          "too many clients (53300)",
          "400 callers, served %d, logins refused %d",
          served.get(),
          logins.refused().size());
      assertThat(logins.refused()).containsOnly("53300").hasSizeLessThanOrEqualTo(30);
      assertThat(after.state()).isEqualTo(PoolState.DEGRADED);
      assertThat(after.cause()).contains("53300");
    }
  }

  @Test
  void that_allows_fewer_than_the_pool_may_open_is_told_to_the_log_at_the_start() {
    var log = new ListAppender<ILoggingEvent>();
    var logger = (Logger) LoggerFactory.getLogger("dev.weir.pool");
    log.start();
    logger.addAppender(log);
    try (var _ = Pools.open(role.settings(0, 8));
        var _ = Pools.open(role.settings(0, 9))) {
      assertThat(log.list)
          .extracting(ILoggingEvent::getFormattedMessage)
          .filteredOn(line -> line.contains("max_connections"))
          .singleElement(as(STRING))
          .contains("pool.max = 9", "has 8 connections");
    } finally {
      logger.detachAppender(log);
    }
  }

  @Test
  void without_any_left_says_so_at_the_start() throws Exception {
    try (var pools = Pools.open(role.settings(6, 6))) {
      Await.until(PATIENCE, "all are taken", () -> pools.manager().snapshot().connections() == 6);
      assertThatThrownBy(() -> Pools.open(role.settings(0, 2)))
          .isInstanceOf(DatabaseUnavailableException.class)
          .hasMessageContaining("no connection left (53300)")
          .hasMessageContaining("max_connections");
    }
  }
}
