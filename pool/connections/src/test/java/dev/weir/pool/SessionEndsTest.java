package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.LanePause;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@RealServers
class SessionEndsTest {

  private final List<String> heard = new ArrayList<>();
  private final PoolListener curious =
      new PoolListener() {
        @Override
        public boolean wantsSessionEnds() {
          return true;
        }

        @Override
        public void sessionEnded(String lane, long nanos, @Nullable Throwable failure) {
          assertThat(nanos).isPositive();
          heard.add(lane + " " + (failure == null ? "well" : failure.getClass().getSimpleName()));
        }
      };
  private final PoolListener indifferent =
      new PoolListener() {
        @Override
        public boolean wantsSessionEnds() {
          throw new IllegalStateException("of no use");
        }
      };
  private final Pools pools;
  private final UnifiedConnectionManager connections;

  SessionEndsTest(TestDatabase database) {
    pools = Pools.open(Pools.settings(database, 1), indifferent, curious);
    connections = pools.manager();
  }

  @AfterEach
  void close() {
    pools.close();
  }

  private static int one(java.sql.Connection connection) throws SQLException {
    return Pools.one(connection, "select 1");
  }

  @Test
  void are_told_once_for_those_that_are_inside_each_other() throws SQLException {
    connections.useTransaction(
        _ -> connections.useSession(_ -> connections.useTransaction(SessionEndsTest::one)));
    connections.useSession(Access.readOnly().lane("batch"), SessionEndsTest::one);
    assertThat(heard).containsExactly("interactive well", "batch well");
  }

  @Test
  void are_told_with_what_the_caller_got_in_place_of_a_result() {
    assertThatThrownBy(
            () ->
                connections.useSession(
                    _ -> {
                      throw new IOException("ours");
                    }))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(
            () -> connections.useTransaction(c -> Pools.run(c, "select nothing from nowhere")))
        .isInstanceOf(SQLException.class);
    try (LanePause _ = connections.pauseLane("interactive", "of a test")) {
      assertThatThrownBy(() -> connections.useSession(SessionEndsTest::one))
          .isInstanceOf(AdmissionRejectedException.class);
    }
    assertThat(heard)
        .containsExactly(
            "interactive IOException",
            "interactive PSQLException",
            "interactive AdmissionRejectedException");
  }

  @Test
  void of_requests_are_told_if_they_had_a_session() throws SQLException {
    Access access = Access.readWrite();
    connections.inRequest(access, () -> "without");
    assertThat(heard).isEmpty();
    connections.<Integer, SQLException>inRequest(
        access,
        () -> {
          connections.useSession(SessionEndsTest::one);
          return connections.<Integer, SQLException>withSession(SessionEndsTest::one);
        });
    assertThat(heard).containsExactly("interactive well");
  }

  @Test
  void of_connections_of_a_data_source_are_not_told() throws SQLException {
    try (var connection = connections.dataSource().getConnection()) {
      assertThat(one(connection)).isOne();
    }
    assertThat(heard).isEmpty();
  }

  @Test
  void a_lane_that_is_not_declared_cannot_be_paused() {
    assertThatThrownBy(() -> connections.pauseLane("batsch", "of a test"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("batsch");
  }
}
