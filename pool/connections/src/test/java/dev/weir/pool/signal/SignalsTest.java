package dev.weir.pool.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PoolConfig;
import dev.weir.config.PostgresConfig;
import dev.weir.config.RedisConfig;
import dev.weir.config.Secret;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.Pools;
import dev.weir.tasks.spi.CommitHook;
import dev.weir.tasks.spi.Signals;
import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Words between instances, on a real server. */
@RealServers
@Tag("faults")
class SignalsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private TestDatabase database;

  @BeforeEach
  void remember(TestDatabase fresh) {
    database = fresh;
  }

  private static final class Ears implements Signals.Listener {

    private final ConcurrentLinkedQueue<String> heard = new ConcurrentLinkedQueue<>();
    private final AtomicInteger resyncs = new AtomicInteger();

    @Override
    public void signal(String payload) {
      heard.add(payload);
    }

    @Override
    public void resync() {
      resyncs.incrementAndGet();
    }

    void awaitLine(int times) {
      Await.until(PATIENCE, times + " calls of resync", () -> resyncs.get() >= times);
    }

    void awaitWord(String word) {
      Await.until(PATIENCE, "the word " + word, () -> heard.contains(word));
    }
  }

  @Nested
  class A_listener {

    @Test
    void is_told_to_look_for_itself_and_then_hears_every_word() {
      try (Pools pools = Pools.open(database, 2)) {
        var ears = new Ears();
        try (var _ = pools.manager().signals().listen("orders", ears)) {
          ears.awaitLine(1);
          for (int i = 0; i < 100; i++) {
            pools.manager().signals().publish("orders", "word " + i);
          }
          ears.awaitWord("word 99");
          assertThat(ears.heard).hasSize(100).first().isEqualTo("word 0");
          assertThat(ears.resyncs).hasValue(1);
        }
      }
    }

    @Test
    void hears_another_instance_and_only_its_own_channel() {
      try (Pools here = Pools.open(database, 2);
          Pools there = Pools.open(database, 2)) {
        var orders = new Ears();
        var other = new Ears();
        try (var _ = here.manager().signals().listen("orders", orders);
            var _ = here.manager().signals().listen("O'ther \"channel\"", other)) {
          orders.awaitLine(1);
          other.awaitLine(1);
          there.manager().signals().publish("O'ther \"channel\"", "for the other");
          there.manager().signals().publish("orders", "for orders");
          orders.awaitWord("for orders");
          other.awaitWord("for the other");
          assertThat(orders.heard).containsExactly("for orders");
          assertThat(other.heard).containsExactly("for the other");
        }
      }
    }

    @Test
    void that_throws_hurts_nobody_and_is_called_again() {
      try (Pools pools = Pools.open(database, 2)) {
        var good = new Ears();
        var bad =
            new Signals.Listener() {
              private final AtomicInteger calls = new AtomicInteger();

              @Override
              public void signal(String payload) {
                calls.incrementAndGet();
                throw new AssertionError("on purpose");
              }

              @Override
              public void resync() {
                throw new IllegalStateException("on purpose");
              }
            };
        try (var _ = pools.manager().signals().listen("orders", bad);
            var _ = pools.manager().signals().listen("orders", good)) {
          good.awaitLine(1);
          pools.manager().signals().publish("orders", "one");
          good.awaitWord("one");
          pools.manager().signals().publish("orders", "two");
          good.awaitWord("two");
          assertThat(bad.calls).hasValue(2);
        }
      }
    }

    @Test
    void that_has_ended_hears_nothing_and_gives_its_connection_back() {
      try (Pools pools = Pools.open(database, 2)) {
        var ears = new Ears();
        Signals.Subscription ended = pools.manager().signals().listen("orders", ears);
        ears.awaitLine(1);
        ended.close();
        Await.until(PATIENCE, "nobody listens", () -> listening() == 0);
        pools.manager().signals().publish("orders", "unheard");
        var later = new Ears();
        try (var _ = pools.manager().signals().listen("orders", later)) {
          later.awaitLine(1);
          pools.manager().signals().publish("orders", "heard");
          later.awaitWord("heard");
        }
        assertThat(ears.heard).isEmpty();
      }
    }
  }

  private int listening() {
    try (var connection = database.dataSource().getConnection()) {
      return Pools.one(
          connection,
          "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'weir signals' AND datname = current_database()");
    } catch (SQLException failure) {
      throw new IllegalStateException(failure);
    }
  }

  @Nested
  class The_line {

    @Test
    void counts_among_the_connections_of_the_pool_and_is_no_callers() throws Exception {
      try (Pools pools = Pools.open(database, 2)) {
        var ears = new Ears();
        try (var _ = pools.manager().signals().listen("orders", ears)) {
          ears.awaitLine(1);
          try (var one = pools.manager().dataSource().getConnection()) {
            assertThat(Pools.one(one, "SELECT 1")).isOne();
            assertThat(listening()).isOne();
            assertThat(pools.manager().snapshot().gate().supply()).isLessThanOrEqualTo(2);
            assertThat(pools.manager().snapshot().connections()).isLessThanOrEqualTo(3);
          }
        }
      }
    }

    @Test
    void is_taken_up_again_after_a_cut_and_tells_that_something_may_be_missing() {
      try (TcpProxy proxy = to();
          Pools pools = Pools.open(through(proxy, 3))) {
        var ears = new Ears();
        try (var _ = pools.manager().signals().listen("orders", ears)) {
          ears.awaitLine(1);
          proxy.cut();
          ears.awaitLine(2);
          pools.manager().signals().publish("orders", "after the cut");
          ears.awaitWord("after the cut");
        }
      }
    }

    @Test
    void that_falls_silent_is_given_up() {
      try (TcpProxy proxy = to();
          Pools pools = Pools.open(through(proxy, 3))) {
        var ears = new Ears();
        try (var _ = pools.manager().signals().listen("orders", ears)) {
          ears.awaitLine(1);
          long before = proxy.connectionsOpened();
          proxy.blackHole();
          Await.until(PATIENCE, "another line is tried", () -> proxy.connectionsOpened() > before);
          proxy.heal();
          ears.awaitLine(2);
          pools.manager().signals().publish("orders", "heard again");
          ears.awaitWord("heard again");
        }
      }
    }

    @Test
    void needs_a_connection_to_spare() {
      try (Pools pools = Pools.open(Pools.settings(database, 0))) {
        assertThatThrownBy(() -> pools.manager().signals())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("pool.max is 1");
      }
    }
  }

  private TcpProxy to() {
    URI target = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    return TcpProxy.to(target.getHost(), target.getPort());
  }

  private ConnectionSettings through(TcpProxy proxy, int max) {
    URI target = URI.create(database.jdbcUrl().substring("jdbc:".length()));
    return new ConnectionSettings(
        PostgresConfig.defaults()
            .url(
                "jdbc:postgresql://%s:%d%s".formatted(proxy.host(), proxy.port(), target.getPath()))
            .user(database.user())
            .password(Secret.of(database.password()))
            .connectTimeout(Duration.ofSeconds(2)),
        new PoolConfig(0, max, Duration.ofSeconds(20)),
        Pools.LANES,
        RedisConfig.defaults(),
        null);
  }

  @Nested
  class A_word {

    private void refused(String channel, String payload, String... parts) {
      try (Pools pools = Pools.open(database, 2)) {
        assertThatThrownBy(() -> pools.manager().signals().publish(channel, payload))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContainingAll(parts);
      }
    }

    @Test
    void that_is_too_long_for_the_server_is_refused_before_it_is_sent() {
      refused("orders", "ö".repeat(4_000), "8000 bytes", "7999");
      refused("c".repeat(64), "", "64 bytes", "63");
      refused("", "", "0 bytes");
      refused("orders", "a\0b", "NUL", "at 1");
    }

    @Test
    void said_in_a_transaction_is_heard_once_that_has_committed_and_never_if_it_did_not()
        throws Exception {
      try (Pools pools = Pools.open(database, 3)) {
        var ears = new Ears();
        Signals signals = pools.manager().signals();
        try (var _ = signals.listen("orders", ears)) {
          ears.awaitLine(1);
          pools
              .manager()
              .useTransaction(
                  _ -> {
                    signals.publish("orders", "undone");
                    pools.manager().current().rollbackOnly();
                  });
          pools
              .manager()
              .useTransaction(
                  c -> {
                    signals.publish("orders", "done");
                    c.unwrap(CommitHook.class).afterCommit(() -> signals.publish("orders", "hook"));
                    assertThat(ears.heard).isEmpty();
                  });
          ears.awaitWord("hook");
          assertThat(ears.heard).containsExactly("done", "hook");
        }
      }
    }

    @Test
    void may_be_as_long_as_the_server_takes() {
      try (Pools pools = Pools.open(database, 2)) {
        var ears = new Ears();
        String channel = "ö".repeat(31);
        try (var _ = pools.manager().signals().listen(channel, ears)) {
          ears.awaitLine(1);
          pools.manager().signals().publish(channel, "x".repeat(7_999));
          ears.awaitWord("x".repeat(7_999));
        }
      }
    }

    @Test
    void that_waits_beside_an_equal_one_is_said_once() {
      var post = new Post();
      assertThat(post.add(new Word("a", "x"))).isTrue();
      assertThat(post.add(new Word("a", "x"))).isFalse();
      assertThat(post.add(new Word("a", "y"))).isFalse();
      assertThat(post.take()).containsExactly(new Word("a", "x"), new Word("a", "y"));
      post.putBack(List.of(new Word("a", "x")));
      assertThat(post.take()).containsExactly(new Word("a", "x"));
      assertThat(post.take()).isEmpty();
      assertThat(post.add(new Word("a", "x"))).isTrue();
    }

    @Test
    void drives_out_the_oldest_when_too_many_wait() {
      var post = new Post();
      for (int i = 0; i <= Post.MOST; i++) {
        post.add(new Word("a", "" + i));
      }
      assertThat(post.dropped()).isOne();
      List<Word> unsaid = post.take();
      assertThat(unsaid).hasSize(Post.MOST).first().isEqualTo(new Word("a", "1"));
      post.add(new Word("b", "newer"));
      post.putBack(unsaid);
      assertThat(post.dropped()).isEqualTo(2);
      assertThat(post.take()).hasSize(Post.MOST).last().isEqualTo(new Word("b", "newer"));
    }
  }
}
