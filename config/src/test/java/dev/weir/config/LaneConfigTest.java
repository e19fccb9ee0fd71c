package dev.weir.config;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.weir.config.ConfigurationException.Problem;
import dev.weir.config.LaneConfig.Guards;
import dev.weir.config.LaneConfig.Shedding;
import dev.weir.config.keys.Catalogue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class LaneConfigTest {
  private static final LaneConfig OPEN = LaneConfig.open();
  private static final LaneConfig ADMIN =
      OPEN.weight(4)
          .deadline(ofSeconds(10))
          .guards(new Guards(ofSeconds(10), ofSeconds(2), ofMinutes(1)));

  @Nested
  class The_preset_lanes {
    @Test
    void have_these_defaults() {
      Guards idle = Guards.none().idleInTransactionTimeout(ofMinutes(10));
      Guards agents = new Guards(ofMillis(150), ofMillis(100), ofSeconds(5));

      assertThat(WeirConfig.defaults(Profile.PRODUCTION).lanes())
          .isEqualTo(
              Map.of(
                  "interactive", OPEN.weight(4),
                  "batch", OPEN.guards(idle),
                  "training", OPEN.guards(idle),
                  "mcp", OPEN.weight(4).deadline(ofMillis(200)).guards(agents),
                  "admin", ADMIN.reserved(1)));
    }

    @Test
    void keep_what_is_not_set() {
      WeirConfig some =
          ConfigLoader.empty()
              .set("lanes.mcp.limit", "3")
              .set("lanes.batch.statement-timeout", "1h")
              .load();
      LaneConfig mcp = WeirConfig.defaults(Profile.TEST).lane("mcp");
      LaneConfig batch = WeirConfig.defaults(Profile.TEST).lane("batch");

      assertThat(some.lane("mcp")).isEqualTo(mcp.limit(3));
      assertThat(some.lane("batch"))
          .isEqualTo(batch.guards(batch.guards().statementTimeout(ofHours(1))));
      assertThat(some.origin("lanes.mcp.deadline")).isEqualTo(new Origin.Default());
    }

    @Test
    void lose_with_none_what_they_have() {
      WeirConfig bare =
          ConfigLoader.empty()
              .set("lanes.mcp.deadline", "none")
              .set("lanes.mcp.statement-timeout", "None")
              .set("lanes.mcp.lock-timeout", "none")
              .set("lanes.mcp.idle-in-transaction-timeout", "none")
              .load();

      assertThat(bare.lane("mcp")).isEqualTo(OPEN.weight(4));
    }

    @Test
    void shrink_their_own_timeouts_to_a_shorter_deadline() {
      WeirConfig hurried =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_LANES_MCP_DEADLINE", "120ms"))
              .set("lanes.admin.deadline", "1s")
              .load();

      assertThat(hurried.lane("mcp").guards())
          .isEqualTo(new Guards(ofMillis(120), ofMillis(100), ofSeconds(5)));
      assertThat(hurried.lane("admin").guards())
          .isEqualTo(new Guards(ofSeconds(1), ofSeconds(1), ofMinutes(1)));
      assertThat(hurried.origin("lanes.mcp.statement-timeout"))
          .hasToString("environment WEIR_LANES_MCP_DEADLINE");
      assertThat(hurried.origin("lanes.mcp.lock-timeout")).hasToString("default");
      assertThat(hurried.origin("lanes.admin.lock-timeout")).hasToString("code");
    }

    @Test
    void leave_their_timeouts_as_they_are_under_a_longer_deadline() {
      WeirConfig patient = ConfigLoader.empty().set("lanes.mcp.deadline", "2s").load();
      LaneConfig mcp = WeirConfig.defaults(Profile.TEST).lane("mcp");

      assertThat(patient.lane("mcp")).isEqualTo(mcp.deadline(ofSeconds(2)));
    }

    @Test
    void shrink_no_timeout_that_was_asked_for() {
      assertThatThrownBy(
              () ->
                  ConfigLoader.empty()
                      .set("lanes.mcp.deadline", "120ms")
                      .environment(Map.of("WEIR_LANES_MCP_STATEMENT_TIMEOUT", "150ms"))
                      .load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.mcp.statement-timeout = 150ms (WEIR_LANES_MCP_STATEMENT_TIMEOUT): must not \
              be longer than lanes.mcp.deadline (120ms); shorten the one or lengthen the other\
              """);
    }

    @Test
    void blame_no_timeout_of_theirs_for_a_deadline_that_cannot_be() {
      assertThatThrownBy(() -> ConfigLoader.empty().set("lanes.mcp.deadline", "0s").load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.mcp.deadline = 0s (code): must be at least 1ms, or "none\"\
              """);
    }

    @Test
    void reserve_nothing_for_admin_in_a_pool_smaller_than_four() {
      assertThat(pool(4).lane("admin")).isEqualTo(ADMIN.reserved(1));
      assertThat(pool(3).lane("admin")).isEqualTo(ADMIN);
      assertThat(pool(3).pool(new PoolConfig(0, 4, ofSeconds(1))).lane("admin"))
          .isEqualTo(ADMIN.reserved(1));
    }

    @Test
    void keep_a_reserve_for_admin_that_was_asked_for() {
      WeirConfig asked = pool(8).lane("admin", OPEN.reserved(2));

      assertThat(asked.pool(asked.pool().max(3)).lanes().get("admin")).isEqualTo(OPEN.reserved(2));
    }

    private WeirConfig pool(int max) {
      return ConfigLoader.empty().set("pool.min", "0").set("pool.max", "" + max).load();
    }
  }

  @Nested
  class A_whole_profile {
    private static final LaneConfig REPORTS =
        OPEN.reserved(2)
            .limit(8)
            .weight(3)
            .queueBound(100)
            .deadline(ofSeconds(30))
            .guards(new Guards(ofSeconds(20), ofSeconds(1), ofMinutes(2)))
            .readOnly(true)
            .shed(Shedding.above(ofMillis(50)))
            .role("reader");

    private final Map<String, String> keys =
        Map.ofEntries(
            Map.entry("lanes", "reports, exports"),
            Map.entry("lanes.reports.reserved", "2"),
            Map.entry("lanes.reports.limit", "8"),
            Map.entry("lanes.reports.weight", "3"),
            Map.entry("lanes.reports.queue-bound", "100"),
            Map.entry("lanes.reports.deadline", "30s"),
            Map.entry("lanes.reports.statement-timeout", "20s"),
            Map.entry("lanes.reports.role", "reader"),
            Map.entry("lanes.reports.lock-timeout", "1s"),
            Map.entry("lanes.reports.idle-in-transaction-timeout", "2m"),
            Map.entry("lanes.reports.read-only", "true"),
            Map.entry("lanes.reports.shed", "50ms"));

    @Test
    void is_taken_from_a_file(@TempDir Path directory) {
      String[] lines =
          keys.entrySet().stream().map(entry -> "weir." + entry).toArray(String[]::new);

      holds(Written.inFile(directory, lines), "weir.properties, line ");
    }

    @Test
    void is_taken_from_the_environment() {
      Map<String, String> variables =
          keys.entrySet().stream()
              .collect(
                  Collectors.toMap(
                      entry -> Catalogue.variable(entry.getKey()), Map.Entry::getValue));

      holds(ConfigLoader.empty().environment(variables).load(), "environment WEIR_LANES_REPORTS_");
    }

    @Test
    void is_taken_from_system_properties() {
      Properties properties = new Properties();
      keys.forEach((key, value) -> properties.setProperty("weir." + key, value));

      holds(
          ConfigLoader.empty().systemProperties(properties).load(),
          "system property weir.lanes.reports.");
    }

    @Test
    void is_taken_from_keys_in_code() {
      ConfigLoader loader = ConfigLoader.empty();
      for (Map.Entry<String, String> entry : keys.entrySet()) {
        loader = loader.set(entry.getKey(), entry.getValue());
      }

      holds(loader.load(), "code");
    }

    @Test
    void is_declared_in_one_expression_of_code() {
      WeirConfig config =
          WeirConfig.defaults(Profile.TEST)
              .lane(
                  "reports",
                  LaneConfig.open()
                      .reserved(2)
                      .limit(8)
                      .weight(3)
                      .queueBound(100)
                      .deadline(ofSeconds(30))
                      .guards(
                          Guards.none()
                              .statementTimeout(ofSeconds(20))
                              .lockTimeout(ofSeconds(1))
                              .idleInTransactionTimeout(ofMinutes(2)))
                      .readOnly(true)
                      .shed(Shedding.above(ofMillis(50)))
                      .role("reader"));

      holds(config.lane("exports", OPEN), "code");
    }

    @Test
    void is_described_as_it_is_written() {
      WeirConfig config = WeirConfig.defaults(Profile.TEST).lane("reports", REPORTS);

      assertThat(Written.described(config))
          .containsAllEntriesOf(
              keys.entrySet().stream()
                  .filter(entry -> !entry.getKey().equals("lanes"))
                  .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    private void holds(WeirConfig config, String origin) {
      assertThat(config.lane("reports")).isEqualTo(REPORTS);
      assertThat(config.lane("exports")).isEqualTo(OPEN);
      assertThat(config.warnings()).isEmpty();
      assertThat(keys.keySet())
          .filteredOn(key -> key.startsWith("lanes."))
          .allSatisfy(key -> assertThat(config.origin(key).toString()).startsWith(origin));
    }
  }

  @Test
  void takes_the_words_for_what_is_not_limited_bounded_or_shed() {
    WeirConfig config =
        ConfigLoader.empty()
            .set("lanes", "a,b")
            .set("lanes.a.limit", "unlimited")
            .set("lanes.a.queue-bound", "Unlimited")
            .set("lanes.a.read-only", "FALSE")
            .set("lanes.a.shed", "Auto")
            .set("lanes.b.queue-bound", "0")
            .set("lanes.b.shed", "OFF")
            .load();

    assertThat(config.lane("a")).isEqualTo(OPEN);
    assertThat(config.lane("b")).isEqualTo(OPEN.queueBound(0).shed(Shedding.off()));
  }

  @Test
  void has_a_wither_for_each_component() {
    Guards guards = Guards.none().lockTimeout(ofSeconds(1));
    LaneConfig all =
        OPEN.limit(4)
            .reserved(2)
            .weight(5)
            .queueBound(6)
            .deadline(ofSeconds(7))
            .guards(guards)
            .readOnly(true)
            .shed(Shedding.off())
            .role("reader");

    assertThat(all)
        .isEqualTo(
            new LaneConfig(
                2, 4, 5, 6, ofSeconds(7), guards, true, new Shedding.Off(), "reader", null));
    assertThat(all.deadline(null).deadline()).isNull();
    assertThat(guards.statementTimeout(ofSeconds(2)).idleInTransactionTimeout(ofSeconds(3)))
        .isEqualTo(new Guards(ofSeconds(2), ofSeconds(1), ofSeconds(3)));
    assertThat(guards.lockTimeout(null)).isEqualTo(Guards.none());
  }

  @Test
  void shortens_its_guards_when_asked_to_end_within_a_deadline() {
    LaneConfig lane = OPEN.guards(new Guards(ofSeconds(9), ofSeconds(1), ofSeconds(9)));

    assertThat(lane.within(ofSeconds(5)))
        .isEqualTo(
            OPEN.guards(new Guards(ofSeconds(5), ofSeconds(1), ofSeconds(9)))
                .deadline(ofSeconds(5)));
    assertThatThrownBy(() -> lane.deadline(ofSeconds(5)))
        .hasMessageContaining("lanes.<name>.statement-timeout = 9s (code): must not be longer than")
        .hasMessageContaining("lanes.<name>.deadline (5s)");
    assertThatThrownBy(() -> lane.within(Duration.ZERO))
        .hasMessage(
            """
            1 problem in the configuration:
              - lanes.<name>.deadline = 0s (code): must be at least 1ms, or "none\"\
            """);
  }

  @Test
  void says_in_words_what_it_does_not_have() {
    assertThat(OPEN)
        .hasToString(
            "LaneConfig[reserved=0, limit=unlimited, weight=1, queueBound=unlimited, deadline=none,"
                + " guards=Guards[statementTimeout=none, lockTimeout=none,"
                + " idleInTransactionTimeout=none], readOnly=false, shed=auto, role=none, login=none]");
    assertThat(OPEN.limited()).isFalse();
    assertThat(OPEN.limit(4).limited()).isTrue();
  }

  @Nested
  class A_bad_value {
    static List<Arguments> wrong() {
      String tooLong = "must be at most 2147483647ms (about 24 days), or \"none\"";
      String tooShort = "must be at least 1ms, or \"none\"";
      String unit = "has no unit; write 5ms, 5s, 5m or 5h, or none";
      String time = "is no time; write 250ms, 5s, 2m, 1h or ISO-8601 such as PT5S, or none";
      return List.of(
          Arguments.of("queue-bound", "-1", "must be at least 0, or \"unlimited\""),
          Arguments.of("queue-bound", "none", "must be a whole number or \"unlimited\""),
          Arguments.of("deadline", "0s", tooShort),
          Arguments.of("deadline", "PT-1S", tooShort),
          Arguments.of("deadline", "5", unit),
          Arguments.of("deadline", "soon", time),
          Arguments.of("deadline", "600h", tooLong),
          Arguments.of("statement-timeout", "PT0.0009S", tooShort),
          Arguments.of("statement-timeout", "2147483648ms", tooLong),
          Arguments.of("statement-timeout", "off", time),
          Arguments.of("lock-timeout", "0s", tooShort),
          Arguments.of("lock-timeout", "600h", tooLong),
          Arguments.of("lock-timeout", "5", unit),
          Arguments.of("idle-in-transaction-timeout", "0s", tooShort),
          Arguments.of("idle-in-transaction-timeout", "600h", tooLong),
          Arguments.of("idle-in-transaction-timeout", "unlimited", time),
          Arguments.of("read-only", "yes", "must be true or false"),
          Arguments.of("shed", "5", "has no unit; write 5ms, 5s, 5m or 5h, or auto or off"),
          Arguments.of(
              "shed",
              "on",
              "is no time; write 250ms, 5s, 2m, 1h or ISO-8601 such as PT5S, or auto or off"),
          Arguments.of("shed", "0s", "must be positive, such as 5s; the shortest is 1ms"),
          Arguments.of("shed", "25h", "must be at most 24h"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void is_told_with_key_value_source_and_reason(
        String last, String value, String reason, @TempDir Path directory) {
      String key = "lanes.training." + last;
      String variable = Catalogue.variable(key);
      Path file = Written.file(directory, "", "weir." + key + " = " + value);
      Properties property = Written.property("weir." + key, value);
      String told = key + " = %s (%s): " + reason;
      ConfigLoader loader = ConfigLoader.empty();

      refuses(loader.directory(file), told, value, "weir.properties, line 2");
      refuses(loader.environment(Map.of(variable, value)), told, value, variable);
      refuses(loader.systemProperties(property), told, value, "system property weir." + key);
      refuses(loader.set(key, value), told, value, "code");
    }

    private void refuses(ConfigLoader loader, String told, String value, String source) {
      assertThatThrownBy(loader::load)
          .hasMessage("1 problem in the configuration:\n  - " + told.formatted(value, source));
    }

    @Test
    void is_told_together_with_all_others() {
      assertThatThrownBy(
              () ->
                  ConfigLoader.empty()
                      .set("lanes.mcp.weight", "0")
                      .set("lanes.mcp.queue-bound", "few")
                      .set("lanes.mcp.deadline", "100ms")
                      .set("lanes.mcp.statement-timeout", "1s")
                      .set("lanes.mcp.lock-timeout", "PT0.2S")
                      .set("lanes.mcp.read-only", "no")
                      .set("lanes.mcp.shed", "never")
                      .set("lanes.batch.idle-in-transaction-timeout", "0s")
                      .load())
          .isInstanceOfSatisfying(
              ConfigurationException.class,
              refused ->
                  assertThat(refused.problems())
                      .extracting(Problem::key)
                      .containsExactlyInAnyOrder(
                          "lanes.mcp.weight",
                          "lanes.mcp.queue-bound",
                          "lanes.mcp.statement-timeout",
                          "lanes.mcp.lock-timeout",
                          "lanes.mcp.read-only",
                          "lanes.mcp.shed",
                          "lanes.batch.idle-in-transaction-timeout"));
    }

    @Test
    void in_code_is_told_together_with_all_others() {
      assertThatThrownBy(
              () ->
                  new LaneConfig(
                      -1,
                      0,
                      0,
                      -1,
                      Duration.ZERO,
                      Guards.none(),
                      false,
                      Shedding.auto(),
                      " ",
                      null))
          .hasMessage(
              """
              6 problems in the configuration:
                - lanes.<name>.reserved = -1 (code): must be at least 0
                - lanes.<name>.limit = 0 (code): must be at least 1, or "unlimited"
                - lanes.<name>.weight = 0 (code): must lie in 1..1000
                - lanes.<name>.queue-bound = -1 (code): must be at least 0, or "unlimited"
                - lanes.<name>.deadline = 0s (code): must be at least 1ms, or "none"
                - lanes.<name>.role =   (code): must be the name of a role of the database\
              """);
      assertThatThrownBy(() -> OPEN.limit(4).reserved(5))
          .hasMessageContaining("limit = 4 (code): must be at least what the lane reserves (5)");
      assertThatThrownBy(() -> OPEN.weight(1001)).hasMessageContaining("weight = 1001");
      assertThatThrownBy(() -> new Guards(Duration.ZERO, Duration.ofDays(25), ofMillis(-1)))
          .hasMessageStartingWith("3 problems in the configuration:")
          .hasMessageContaining("lanes.<name>.lock-timeout = 600h (code): must be at most");
      assertThatThrownBy(() -> Shedding.above(Duration.ZERO))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("lanes.<name>.shed = 0s (code): must be positive");
    }

    @Test
    void is_not_one_at_the_very_ends_of_its_range() {
      Duration longest = ofMillis(Integer.MAX_VALUE);
      LaneConfig widest = OPEN.deadline(longest).guards(new Guards(longest, longest, longest));
      LaneConfig narrowest =
          OPEN.deadline(ofMillis(1)).guards(new Guards(ofMillis(1), ofMillis(1), ofMillis(1)));

      assertThat(widest.within(ofMillis(1)).deadline(ofMillis(1)).guards())
          .isEqualTo(narrowest.guards().idleInTransactionTimeout(longest));
    }
  }

  @Test
  void may_be_one_of_five_hundred() {
    List<String> names = IntStream.range(0, 500).mapToObj(i -> "tenant-" + i).toList();
    Map<String, String> variables = new HashMap<>(Map.of("WEIR_LANES", String.join(",", names)));
    for (String name : names) {
      String prefix = Catalogue.variable("lanes." + name);
      variables.put(prefix + "_LIMIT", "" + (1 + names.indexOf(name)));
      variables.put(prefix + "_DEADLINE", "2s");
      variables.put(prefix + "_STATEMENT_TIMEOUT", "1s");
      variables.put(prefix + "_SHED", "20ms");
    }
    LaneConfig tenant =
        OPEN.deadline(ofSeconds(2))
            .guards(Guards.none().statementTimeout(ofSeconds(1)))
            .shed(Shedding.above(ofMillis(20)));
    ConfigLoader loader = ConfigLoader.empty().environment(variables);
    String described = assertTimeoutPreemptively(ofSeconds(6), () -> loader.load().describe());
    WeirConfig config = loader.load();

    assertThat(config.lanes()).hasSize(505);
    assertThat(names)
        .allSatisfy(
            name -> assertThat(config.lane(name)).isEqualTo(tenant.limit(1 + names.indexOf(name))));
    assertThat(config.warnings()).isEmpty();
    assertThat(described.lines())
        .filteredOn(line -> line.startsWith("lanes."))
        .hasSize(505 * 13)
        .anyMatch(
            line -> line.matches("lanes\\.tenant-499\\.limit +=  ?500 .*TENANT_499_LIMIT\\)"));
  }

  @Test
  void keeps_what_a_wither_does_not_name() {
    WeirConfig config = WeirConfig.defaults(Profile.PRODUCTION);
    WeirConfig changed = config.lane("mcp", config.lane("mcp").within(ofMillis(120)));

    assertThat(changed.lane("mcp"))
        .isEqualTo(
            OPEN.weight(4)
                .deadline(ofMillis(120))
                .guards(new Guards(ofMillis(120), ofMillis(100), ofSeconds(5))));
    assertThat(changed.origin("lanes.mcp.statement-timeout")).isEqualTo(new Origin.Code());
    assertThat(changed.origin("lanes.mcp.lock-timeout")).isEqualTo(new Origin.Default());
  }

  @Test
  void may_be_preset_and_listed_without_being_blamed_twice() {
    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .set("lanes", "batch, reports")
                    .set("lanes.batch.weight", "0")
                    .load())
        .hasMessageStartingWith("1 problem in the configuration:");
  }

  @Test
  // the null is the point
  @SuppressWarnings("NullAway")
  void names_what_must_not_be_null() {
    assertThatThrownBy(() -> OPEN.guards(null)).hasMessage("guards");
    assertThatThrownBy(() -> OPEN.shed(null)).hasMessage("shed");
    assertThatThrownBy(() -> OPEN.within(null)).hasMessage("deadline");
    assertThatThrownBy(() -> Shedding.above(null)).hasMessage("target");
  }

  @Test
  void is_asked_for_by_its_name() {
    WeirConfig config = WeirConfig.defaults(Profile.TEST);

    assertThat(config.lane("admin")).isEqualTo(ADMIN.reserved(1));
    assertThatThrownBy(() -> config.lane("bacth"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no lane \"bacth\"; did you mean \"batch\"?");
    assertThatThrownBy(() -> config.lane("reports"))
        .hasMessage("no lane \"reports\"; there are interactive, batch, training, mcp, admin");
  }

  @Nested
  class All_lanes_together {
    @Test
    void must_leave_a_connection_for_all() {
      assertThatThrownBy(
              () ->
                  ConfigLoader.empty()
                      .set("pool.max", "8")
                      .set("lanes.batch.reserved", "5")
                      .environment(Map.of("WEIR_LANES_MCP_RESERVED", "2"))
                      .load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.batch.reserved = 5 (code): all lanes together reserve 8 of pool.max = 8, \
              and at least 1 must stay free for all; lower a reserve or raise pool.max to 9\
              """);
    }

    @Test
    void may_reserve_all_but_one() {
      WeirConfig config =
          ConfigLoader.empty().set("pool.max", "8").set("lanes.batch.reserved", "6").load();

      assertThat(config.lane("batch").reserved()).isEqualTo(6);
    }

    @Test
    void are_checked_again_by_a_wither() {
      WeirConfig config = WeirConfig.defaults(Profile.TEST);

      assertThatThrownBy(() -> config.lane("batch", OPEN.reserved(7)))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("all lanes together reserve 8 of pool.max = 8");
    }

    @Test
    void fit_a_pool_of_one() {
      WeirConfig config = ConfigLoader.empty().set("pool.min", "0").set("pool.max", "1").load();

      assertThat(config.lane("admin")).isEqualTo(ADMIN);
    }
  }

  @Test
  void must_be_declared() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("lanes.reports.limit", "3").load())
        .hasMessage(
            """
            1 problem in the configuration:
              - lanes.reports.limit = 3 (code): no lane "reports"; declare it with lanes = reports\
            """);
  }

  @Test
  void must_have_a_name_of_the_right_letters() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("lanes", "Reports").load())
        .hasMessageContaining("lanes = Reports (code): a lane is named by lower-case letters");
    WeirConfig config = WeirConfig.defaults(Profile.TEST);
    assertThatThrownBy(() -> config.lane("a.b", OPEN))
        .hasMessageContaining("lanes = a.b (code): a lane is named by");
  }
}
