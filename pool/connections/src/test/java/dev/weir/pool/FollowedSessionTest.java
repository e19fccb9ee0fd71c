package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.tasks.spi.Step;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a listener hears who follows sessions and transactions. */
@RealServers
class FollowedSessionTest {

  private final List<String> heard = new ArrayList<>();

  private class Follower implements PoolListener {
    @Override
    public boolean follows() {
      return true;
    }

    @Override
    public @Nullable Step session(Access access) {
      return step("session in " + access.lane());
    }

    @Override
    public @Nullable Step transaction(Access access) {
      return step("transaction in " + access.lane());
    }

    @Override
    public void retrying(String lane, String sqlState) {
      heard.add("retrying " + lane + " " + sqlState);
    }

    @Override
    public @Nullable Step request(Access access) {
      return step("request in " + access.lane());
    }

    Step step(String what) {
      heard.add(what);
      return new Step() {
        @Override
        public void note(Note note, @Nullable Throwable why) {
          heard.add("note " + note);
        }

        @Override
        public void end(@Nullable Throwable failure) {
          heard.add("end " + (failure == null ? "well" : failure.getMessage()));
        }
      };
    }
  }

  @Test
  void each_outermost_session_and_each_transaction_that_joins_no_other_is_told(
      TestDatabase database) {
    try (Pools pools = Pools.open(Pools.settings(database, 1), new Follower())) {
      UnifiedConnectionManager connections = pools.manager();
      connections.useSession(
          _ -> connections.useSession(_ -> connections.useTransaction(_ -> heard.add("work"))));
      assertThat(heard)
          .containsExactly(
              "session in interactive",
              "transaction in interactive",
              "work",
              "end well",
              "end well");
      heard.clear();
      connections.useTransaction(
          Access.readWrite().lane("batch"),
          _ -> connections.useTransaction(_ -> heard.add("joined")));
      assertThat(heard).containsExactly("transaction in batch", "joined", "end well");
    }
  }

  @Test
  void tries_that_follow_and_a_work_that_gives_up_are_noted(TestDatabase database) {
    try (Pools pools = Pools.open(Pools.settings(database, 1), new Follower())) {
      UnifiedConnectionManager connections = pools.manager();
      connections.useTransaction(
          _ -> {
            if (connections.current().attempt() < 2) {
              throw new IllegalStateException(new SQLException("lost", "40001"));
            }
            connections.current().rollbackOnly();
          });
      assertThat(heard)
          .containsExactly(
              "transaction in interactive",
              "retrying interactive 40001",
              "note RETRY",
              "note GIVEN_UP",
              "end well");
    }
  }

  @Test
  void a_request_is_told_as_a_whole_and_whether_it_wanted_a_session(TestDatabase database) {
    try (Pools pools = Pools.open(Pools.settings(database, 1), new Follower())) {
      UnifiedConnectionManager connections = pools.manager();
      Access batch = Access.readWrite().lane("batch");
      String result =
          connections.inRequest(
              batch,
              () -> {
                connections.useSession(_ -> heard.add("work"));
                return connections.inRequest(batch, () -> "inner");
              });
      assertThat(result).isEqualTo("inner");
      assertThat(heard).containsExactly("request in batch", "work", "end well");
      heard.clear();
      connections.inRequest(Access.readWrite(), () -> heard.add("no session"));
      assertThat(heard)
          .containsExactly("request in interactive", "no session", "note UNUSED", "end well");
      heard.clear();
      assertThatThrownBy(
              () ->
                  connections.inRequest(
                      Access.readWrite(),
                      () -> {
                        connections.useTransaction(_ -> connections.current().rollbackOnly());
                        return true;
                      }))
          .isInstanceOf(RolledBackException.class);
      assertThat(heard).hasSize(2);
      assertThat(heard.getLast()).startsWith("end The work ended well, but");
    }
  }

  @Test
  void a_failure_ends_it_and_reaches_the_caller_untouched(TestDatabase database) {
    try (Pools pools = Pools.open(Pools.settings(database, 1), new Follower())) {
      var boom = new IllegalStateException("boom");
      assertThatThrownBy(
              () ->
                  pools
                      .manager()
                      .useSession(
                          _ -> {
                            throw boom;
                          }))
          .isSameAs(boom);
      assertThat(heard).containsExactly("session in interactive", "end boom");
    }
  }

  @Test
  void one_that_throws_costs_neither_session_nor_permit(TestDatabase database) {
    var broken =
        new Follower() {
          @Override
          Step step(String what) {
            throw new IllegalStateException(what);
          }
        };
    try (Pools pools = Pools.open(Pools.settings(database, 1), broken, new Follower())) {
      for (int i = 0; i < 3; i++) {
        pools.manager().useSession(_ -> {});
        pools.manager().useTransaction(_ -> {});
      }
      assertThat(heard).hasSize(12);
      assertThat(pools.manager().snapshot().gate().inUse()).isZero();
    }
  }
}
