package dev.weir.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WeirConfigTest {
  private final WeirConfig config = WeirConfig.defaults(Profile.TEST);

  @Test
  void describes_every_value_with_its_source() {
    WeirConfig some =
        ConfigLoader.empty()
            .environment(Map.of("WEIR_POOL_MAX", "6"))
            .set("postgres.password", "sesame")
            .set("lanes", "reports")
            .set("lanes.reports.limit", "3")
            .load();

    assertThat(some.describe())
        .isEqualTo(
            """
            profile                                       = development  (default)
            postgres.url                                  = (not set)    (default)
            postgres.user                                 = (not set)    (default)
            postgres.password                             = ***          (code)
            postgres.connect-timeout                      = 5s           (default)
            postgres.pooler                               = none         (default)
            pool.min                                      = 4            (profile development)
            pool.max                                      = 6            (environment WEIR_POOL_MAX)
            pool.wait                                     = 5s           (default)
            pool.sql-comments                             = off          (default)
            pool.adapt.limit                              = off          (default)
            pool.adapt.size                               = off          (default)
            pool.adapt.ceiling                            = (not set)    (default)
            pool.fleet                                    = (not set)    (default)
            pool.fleet-weight                             = 1            (default)
            lanes                                         = reports      (code)
            lanes.interactive.reserved                    = 0            (default)
            lanes.interactive.limit                       = unlimited    (default)
            lanes.interactive.weight                      = 4            (default)
            lanes.interactive.queue-bound                 = unlimited    (default)
            lanes.interactive.deadline                    = none         (default)
            lanes.interactive.statement-timeout           = none         (default)
            lanes.interactive.lock-timeout                = none         (default)
            lanes.interactive.idle-in-transaction-timeout = none         (default)
            lanes.interactive.read-only                   = false        (default)
            lanes.interactive.shed                        = auto         (default)
            lanes.interactive.role                        = (not set)    (default)
            lanes.interactive.user                        = (not set)    (default)
            lanes.interactive.password                    = (not set)    (default)
            lanes.batch.reserved                          = 0            (default)
            lanes.batch.limit                             = unlimited    (default)
            lanes.batch.weight                            = 1            (default)
            lanes.batch.queue-bound                       = unlimited    (default)
            lanes.batch.deadline                          = none         (default)
            lanes.batch.statement-timeout                 = none         (default)
            lanes.batch.lock-timeout                      = none         (default)
            lanes.batch.idle-in-transaction-timeout       = 10m          (default)
            lanes.batch.read-only                         = false        (default)
            lanes.batch.shed                              = auto         (default)
            lanes.batch.role                              = (not set)    (default)
            lanes.batch.user                              = (not set)    (default)
            lanes.batch.password                          = (not set)    (default)
            lanes.training.reserved                       = 0            (default)
            lanes.training.limit                          = unlimited    (default)
            lanes.training.weight                         = 1            (default)
            lanes.training.queue-bound                    = unlimited    (default)
            lanes.training.deadline                       = none         (default)
            lanes.training.statement-timeout              = none         (default)
            lanes.training.lock-timeout                   = none         (default)
            lanes.training.idle-in-transaction-timeout    = 10m          (default)
            lanes.training.read-only                      = false        (default)
            lanes.training.shed                           = auto         (default)
            lanes.training.role                           = (not set)    (default)
            lanes.training.user                           = (not set)    (default)
            lanes.training.password                       = (not set)    (default)
            lanes.mcp.reserved                            = 0            (default)
            lanes.mcp.limit                               = unlimited    (default)
            lanes.mcp.weight                              = 4            (default)
            lanes.mcp.queue-bound                         = unlimited    (default)
            lanes.mcp.deadline                            = 200ms        (default)
            lanes.mcp.statement-timeout                   = 150ms        (default)
            lanes.mcp.lock-timeout                        = 100ms        (default)
            lanes.mcp.idle-in-transaction-timeout         = 5s           (default)
            lanes.mcp.read-only                           = false        (default)
            lanes.mcp.shed                                = auto         (default)
            lanes.mcp.role                                = (not set)    (default)
            lanes.mcp.user                                = (not set)    (default)
            lanes.mcp.password                            = (not set)    (default)
            lanes.admin.reserved                          = 1            (default)
            lanes.admin.limit                             = unlimited    (default)
            lanes.admin.weight                            = 4            (default)
            lanes.admin.queue-bound                       = unlimited    (default)
            lanes.admin.deadline                          = 10s          (default)
            lanes.admin.statement-timeout                 = 10s          (default)
            lanes.admin.lock-timeout                      = 2s           (default)
            lanes.admin.idle-in-transaction-timeout       = 1m           (default)
            lanes.admin.read-only                         = false        (default)
            lanes.admin.shed                              = auto         (default)
            lanes.admin.role                              = (not set)    (default)
            lanes.admin.user                              = (not set)    (default)
            lanes.admin.password                          = (not set)    (default)
            lanes.reports.reserved                        = 0            (default)
            lanes.reports.limit                           = 3            (code)
            lanes.reports.weight                          = 1            (default)
            lanes.reports.queue-bound                     = unlimited    (default)
            lanes.reports.deadline                        = none         (default)
            lanes.reports.statement-timeout               = none         (default)
            lanes.reports.lock-timeout                    = none         (default)
            lanes.reports.idle-in-transaction-timeout     = none         (default)
            lanes.reports.read-only                       = false        (default)
            lanes.reports.shed                            = auto         (default)
            lanes.reports.role                            = (not set)    (default)
            lanes.reports.user                            = (not set)    (default)
            lanes.reports.password                        = (not set)    (default)
            redis.uri                                     = (not set)    (default)
            redis.timeout                                 = 2s           (default)
            bulkheads.default.limit                       = 64           (default)
            bulkheads.default.queue                       = 10000        (default)
            tasks.dead-letters                            = 1000         (default)
            tasks.history                                 = 1000         (default)
            tasks.history-age                             = 1h           (default)
            tasks.stuck-after                             = 5m           (default)
            events.queue                                  = 1000         (default)
            events.workers                                = 20           (default)
            events.history                                = 128          (default)
            health.interval                               = 10s          (default)
            health.timeout                                = 2s           (default)
            health.fall                                   = 2            (default)
            health.rise                                   = 2            (default)
            health.readiness                              = (not set)    (default)
            health.pinned                                 = false        (default)
            health.endpoint.port                          = (not set)    (default)
            health.endpoint.host                          = 127.0.0.1    (default)
            telemetry.target                              = auto         (default)
            telemetry.spans                               = all          (default)
            telemetry.mdc                                 = false        (default)
            shutdown.budget                               = 25s          (default)
            shutdown.hook                                 = true         (default)
            shutdown.signals                              = false        (default)\
            """);
  }

  @Nested
  class A_wither {
    private final PostgresConfig postgres =
        PostgresConfig.defaults().url("jdbc:postgresql://db/x").password(Secret.of("a"));

    @Test
    void changes_its_component_alone() {
      PoolConfig pool = config.pool().max(7);
      LaneConfig lane = LaneConfig.open().limit(2);
      RedisConfig redis = RedisConfig.defaults().uri("redis://there");
      BulkheadConfig bulkhead = new BulkheadConfig(1, 2);
      TasksConfig tasks = TasksConfig.defaults().history(9);
      EventsConfig events = EventsConfig.defaults().queue(9);
      HealthConfig health = HealthConfig.defaults().timeout(ofSeconds(1));
      TelemetryConfig telemetry = TelemetryConfig.defaults().mdc(true);
      ShutdownConfig shutdown = ShutdownConfig.defaults().hook(false);
      WeirConfig changed =
          config
              .postgres(postgres)
              .pool(pool)
              .lane("reports", lane)
              .redis(redis)
              .bulkhead("imports", bulkhead)
              .tasks(tasks)
              .events(events)
              .health(health)
              .telemetry(telemetry)
              .shutdown(shutdown);

      assertThat(changed.profile()).isEqualTo(Profile.TEST);
      assertThat(changed.postgres()).isEqualTo(postgres);
      assertThat(changed.pool()).isEqualTo(pool);
      assertThat(changed.lanes()).containsEntry("reports", lane).hasSize(6);
      assertThat(changed.redis()).isEqualTo(redis);
      assertThat(changed.bulkhead("imports")).isEqualTo(bulkhead);
      assertThat(changed.bulkhead("other")).isEqualTo(BulkheadConfig.defaults());
      assertThat(changed.tasks()).isEqualTo(tasks);
      assertThat(changed.events()).isEqualTo(events);
      assertThat(changed.health()).isEqualTo(health);
      assertThat(changed.telemetry()).isEqualTo(telemetry);
      assertThat(changed.shutdown()).isEqualTo(shutdown);
      assertThat(config).isEqualTo(WeirConfig.defaults(Profile.TEST));
    }

    @Test
    void makes_code_the_origin_of_what_it_changed() {
      WeirConfig changed =
          config.pool(config.pool().max(7)).lane("reports", LaneConfig.open().limit(2));

      assertThat(changed.origin("pool.max")).isEqualTo(new Origin.Code());
      assertThat(changed.origin("pool.min")).isEqualTo(new Origin.OfProfile(Profile.TEST));
      assertThat(changed.origin("lanes")).isEqualTo(new Origin.Code());
      assertThat(changed.origin("lanes.reports.limit")).isEqualTo(new Origin.Code());
      assertThat(changed.origin("lanes.batch.limit")).isEqualTo(new Origin.Default());
      assertThat(changed.origin("lanes.admin.reserved")).isEqualTo(new Origin.Default());
    }

    @Test
    void is_seen_in_the_origin_even_where_both_values_look_masked() {
      WeirConfig loaded =
          ConfigLoader.empty()
              .environment(
                  Map.of(
                      "WEIR_POSTGRES_PASSWORD", "b",
                      "WEIR_REDIS_URI", "redis://:b@there",
                      "WEIR_POSTGRES_URL", "jdbc:postgresql://db/x?password=b"))
              .load();
      WeirConfig changed =
          loaded
              .postgres(postgres.url("jdbc:postgresql://db/x?password=a"))
              .redis(loaded.redis().uri("redis://:a@there"));

      assertThat(changed.origin("postgres.password")).isEqualTo(new Origin.Code());
      assertThat(changed.origin("postgres.url")).isEqualTo(new Origin.Code());
      assertThat(changed.origin("redis.uri")).isEqualTo(new Origin.Code());
    }

    @Test
    void of_the_preset_reserve_follows_the_size_of_the_pool() {
      WeirConfig small = config.pool(new PoolConfig(0, 2, ofSeconds(1)));

      assertThat(small.lane("admin")).isEqualTo(config.lane("admin").reserved(0));
      assertThat(small.origin("lanes.admin.reserved")).isEqualTo(new Origin.Default());
    }

    @Test
    void for_the_profile_moves_what_the_old_one_decided() {
      WeirConfig moved = config.pool(config.pool().max(20)).profile(Profile.PRODUCTION);

      assertThat(moved.profile()).isEqualTo(Profile.PRODUCTION);
      assertThat(moved.pool()).isEqualTo(new PoolConfig(8, 20, ofSeconds(5)));
      assertThat(moved.origin("pool.min")).hasToString("profile production");
      assertThat(moved.origin("profile")).hasToString("code");
      assertThat(config.profile(Profile.DEVELOPMENT))
          .isEqualTo(WeirConfig.defaults(Profile.DEVELOPMENT));
    }

    @Test
    // the null is the point
    @SuppressWarnings("NullAway")
    void names_what_must_not_be_null() {
      assertThatThrownBy(() -> config.pool(null)).hasMessage("pool");
      assertThatThrownBy(() -> config.postgres(null)).hasMessage("postgres");
      assertThatThrownBy(() -> config.redis(null)).hasMessage("redis");
      assertThatThrownBy(() -> config.tasks(null)).hasMessage("tasks");
      assertThatThrownBy(() -> config.events(null)).hasMessage("events");
      assertThatThrownBy(() -> config.health(null)).hasMessage("health");
      assertThatThrownBy(() -> config.shutdown(null)).hasMessage("shutdown");
      assertThatThrownBy(() -> config.lane("x", null)).hasMessage("value for x");
      assertThatThrownBy(() -> config.lane(null)).hasMessage("name");
    }
  }

  @Test
  void cannot_be_changed_through_its_maps() {
    assertThatThrownBy(() -> config.lanes().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> config.bulkheads().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void equals_another_with_the_same_values_from_elsewhere() {
    WeirConfig loaded = ConfigLoader.empty().environment(Map.of("WEIR_PROFILE", "test")).load();

    assertThat(loaded).isEqualTo(config).hasSameHashCodeAs(config);
    assertThat(loaded).isNotEqualTo(config.shutdown(config.shutdown().hook(false)));
  }

  @Test
  void refuses_to_tell_the_origin_of_what_does_not_exist() {
    assertThatThrownBy(() -> config.origin("pool.maxx"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no setting \"pool.maxx\"; did you mean \"pool.max\"?");
  }

  @Test
  void gives_an_exception_that_survives_serialization() throws Exception {
    ConfigurationException refused =
        new ConfigurationException(
            List.of(new ConfigurationException.Problem("pool.max", "0", new Origin.Code(), "no")));

    assertThat(copy(refused).problems()).isEqualTo(refused.problems());
  }

  private static ConfigurationException copy(ConfigurationException exception)
      throws IOException, ClassNotFoundException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(exception);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ConfigurationException) in.readObject();
    }
  }
}
