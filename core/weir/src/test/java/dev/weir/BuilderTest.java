package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.pool.AmbientConnection;
import dev.weir.pool.Session;
import dev.weir.pool.WatchRules;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@RealServers
class BuilderTest {

  private final TestDatabase database;

  BuilderTest(TestDatabase database) {
    this.database = database;
  }

  private WeirBuilder builder() {
    return Weir.builder().config(Houses.config(database));
  }

  @Test
  void sets_when_a_holder_of_a_connection_is_slow() {
    WatchRules brief = WatchRules.usual().slowAfter(Duration.ofMillis(50));
    try (Weir weir = builder().watch(brief).start()) {
      weir.connections()
          .useSession(
              _ ->
                  Await.until(
                      Duration.ofSeconds(20),
                      "its name among the slow",
                      () -> weir.connections().slowSessions().size() == 1));
      assertThat(weir.connections().slowSessions()).isEmpty();
    }
  }

  @Test
  void teaches_sessions_about_a_framework() {
    var framework = new Framework();
    try (Weir weir = builder().ambient(framework).start()) {
      weir.connections().useTransaction(_ -> assertThat(framework.begun).hasValue(1));
    }
  }

  /** One that has no transactions of its own. */
  private static final class Framework implements AmbientConnection {
    final AtomicInteger begun = new AtomicInteger();

    @Override
    public @Nullable Running current() {
      return null;
    }

    @Override
    public Guest begun(Session session, Connection connection) {
      begun.incrementAndGet();
      return Guest.NONE;
    }
  }
}
