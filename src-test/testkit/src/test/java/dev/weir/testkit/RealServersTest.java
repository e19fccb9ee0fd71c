package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.weir.testkit.process.RedisWire;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

class RealServersTest {
  private static final List<TestDatabase> SEEN = new ArrayList<>();

  @BeforeEach
  void forget() {
    SEEN.clear();
  }

  @Test
  void gives_each_class_one_fresh_database_and_drops_it_afterwards() {
    run(FirstVisitor.class, SecondVisitor.class);

    assertThat(SEEN).hasSize(5);
    assertThat(SEEN.subList(0, 4)).containsOnly(SEEN.getFirst());
    assertThat(SEEN.getLast()).isNotEqualTo(SEEN.getFirst());
    assertThat(SEEN)
        .allSatisfy(
            database ->
                assertThatThrownBy(() -> database.dataSource().getConnection())
                    .hasMessageContaining("does not exist"));
  }

  @Test
  void gives_the_shared_servers_of_this_JVM() {
    assertThat(TestServers.postgres()).isSameAs(TestServers.postgres());
    assertThat(TestServers.redis()).isSameAs(TestServers.redis());
    run(Guest.class);
  }

  @Test
  void empties_Redis_before_each_class_and_not_between_its_tests() {
    call("SET", "left-by-another-class", "x");
    run(Guest.class);
    assertThat(call("EXISTS", "left-by-guest")).isEqualTo("1");
  }

  private static void run(Class<?>... classes) {
    var selectors = new ArrayList<org.junit.platform.engine.DiscoverySelector>();
    for (var type : classes) {
      selectors.add(selectClass(type));
    }
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectors.toArray(org.junit.platform.engine.DiscoverySelector[]::new))
        .execute()
        .testEvents()
        .assertStatistics(statistics -> statistics.failed(0).skipped(0));
  }

  private static String call(String... command) {
    return RedisWire.of(URI.create(TestServers.redis().uri())).call(command);
  }

  @RealServers
  static class FirstVisitor {
    FirstVisitor(TestDatabase database) {
      SEEN.add(database);
    }

    @BeforeAll
    static void before(TestDatabase database) {
      SEEN.add(database);
    }

    @Test
    void method(TestDatabase database) {
      SEEN.add(database);
    }

    @Nested
    class Inside {
      @Test
      void nested_method(TestDatabase database) {
        assertThat(database).isEqualTo(SEEN.getFirst());
      }
    }
  }

  @RealServers
  static class SecondVisitor {
    @Test
    void method(TestDatabase database) {
      SEEN.add(database);
    }
  }

  @RealServers
  static class Guest {
    private static int tests;

    @BeforeAll
    static void arrive() {
      tests = 0;
    }

    @Test
    void first(RedisServer redis, PostgresServer postgres) {
      assertThat(redis).isSameAs(TestServers.redis());
      assertThat(postgres).isSameAs(TestServers.postgres());
      findsOnlyWhatGuestsLeft();
    }

    @Test
    void second(RedisServer redis) {
      assertThat(redis).isSameAs(TestServers.redis());
      findsOnlyWhatGuestsLeft();
    }

    private static void findsOnlyWhatGuestsLeft() {
      assertThat(call("EXISTS", "left-by-another-class")).isEqualTo("0");
      assertThat(call("EXISTS", "left-by-guest")).isEqualTo(tests == 0 ? "0" : "1");
      call("SET", "left-by-guest", "x");
      tests++;
    }
  }
}
