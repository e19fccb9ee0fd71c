package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigurationException.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
  @TempDir Path directory;
  @TempDir Path classPath;

  @Nested
  class Of_two_neighbouring_sources_the_later_wins {
    @Test
    void the_profile_over_the_defaults() {
      WeirConfig config = ConfigLoader.empty().set("profile", "production").load();

      assertThat(config.pool().max()).isEqualTo(32);
      assertThat(config.origin("pool.max")).hasToString("profile production");
    }

    @Test
    void the_class_path_over_the_profile() {
      Written.file(classPath, "weir.profile = production", "weir.pool.max = 20");
      WeirConfig config = ConfigLoader.empty().classPath(Written.classPath(classPath)).load();

      assertThat(config.pool().max()).isEqualTo(20);
      assertThat(config.origin("pool.max"))
          .hasToString("weir.properties on the class path, line 2");
    }

    @Test
    void the_working_directory_over_the_class_path() {
      Written.file(classPath, "weir.pool.max = 20", "weir.pool.min = 1");
      Written.file(directory, "weir.pool.max = 21");
      WeirConfig config =
          ConfigLoader.empty().classPath(Written.classPath(classPath)).directory(directory).load();

      assertThat(config.pool().max()).isEqualTo(21);
      assertThat(config.pool().min()).isEqualTo(1);
      assertThat(config.origin("pool.max")).hasToString("weir.properties, line 1");
    }

    @Test
    void the_environment_over_the_working_directory() {
      Written.file(directory, "weir.pool.max = 21");
      WeirConfig config =
          ConfigLoader.empty()
              .directory(directory)
              .environment(Map.of("WEIR_POOL_MAX", "22"))
              .load();

      assertThat(config.pool().max()).isEqualTo(22);
      assertThat(config.origin("pool.max")).hasToString("environment WEIR_POOL_MAX");
    }

    @Test
    void system_properties_over_the_environment() {
      WeirConfig config =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_POOL_MAX", "22"))
              .systemProperties(Written.property("weir.pool.max", "23"))
              .load();

      assertThat(config.pool().max()).isEqualTo(23);
      assertThat(config.origin("pool.max")).hasToString("system property weir.pool.max");
    }

    @Test
    void code_over_system_properties() {
      WeirConfig config =
          ConfigLoader.empty()
              .systemProperties(Written.property("weir.pool.max", "23"))
              .set("pool.max", "24")
              .load();

      assertThat(config.pool().max()).isEqualTo(24);
      assertThat(config.origin("pool.max")).hasToString("code");
    }
  }

  @Nested
  class The_profile {
    @Test
    void is_development_and_says_so_when_none_is_chosen() {
      WeirConfig config = ConfigLoader.empty().load();

      assertThat(config.profile()).isEqualTo(Profile.DEVELOPMENT);
      assertThat(config.notes()).singleElement().asString().contains("WEIR_PROFILE");
      assertThat(config.warnings()).isEmpty();
    }

    @Test
    void is_chosen_by_variable_or_property_without_further_words() {
      WeirConfig byVariable =
          ConfigLoader.empty().environment(Map.of("WEIR_PROFILE", "Test")).load();
      WeirConfig byProperty =
          ConfigLoader.empty()
              .systemProperties(Written.property("weir.profile", "production"))
              .load();

      assertThat(byVariable).isEqualTo(WeirConfig.defaults(Profile.TEST));
      assertThat(byProperty).isEqualTo(WeirConfig.defaults(Profile.PRODUCTION));
      assertThat(byVariable.notes()).isEmpty();
    }

    @Test
    void is_guessed_from_a_misspelt_one_and_blames_no_default_of_it() {
      assertThatThrownBy(
              () -> ConfigLoader.empty().set("profile", "prod").set("pool.min", "20").load())
          .hasMessage(
              """
              1 problem in the configuration:
                - profile = prod (code): must be development, test or production; did you mean \
              "production"?\
              """);
    }
  }

  @Nested
  class An_unknown_key {
    @Test
    void is_an_error_in_a_file() {
      Written.file(directory, "# comment", "", "weir.pool.maxx = 3");

      assertThatThrownBy(() -> ConfigLoader.empty().directory(directory).load())
          .isInstanceOf(ConfigurationException.class)
          .hasMessage(
              """
              1 problem in the configuration:
                - pool.maxx = 3 (weir.properties, line 3): no such setting; did you mean pool.max?\
              """);
    }

    @Test
    void is_an_error_in_code() {
      assertThatThrownBy(() -> WeirConfig.load(Map.of("entirely.else", "3")))
          .hasMessageContaining(
              "entirely.else = 3 (code): no such setting; docs/configuration.md lists them all");
    }

    @Test
    void is_a_warning_in_the_environment() {
      WeirConfig config =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_POOL_MAXX", "3", "WEIR_SERVICE_HOST", "10.0.0.1"))
              .load();

      assertThat(config.pool().max()).isEqualTo(16);
      assertThat(config.warnings())
          .containsExactly(
              "environment variable WEIR_POOL_MAXX is no setting and is ignored; did you mean"
                  + " WEIR_POOL_MAX?",
              "environment variable WEIR_SERVICE_HOST is no setting and is ignored");
    }

    @Test
    void is_a_warning_in_system_properties() {
      WeirConfig config =
          ConfigLoader.empty().systemProperties(Written.property("weir.pol.max", "3")).load();

      assertThat(config.warnings())
          .containsExactly(
              "system property weir.pol.max is no setting and is ignored; did you mean"
                  + " weir.pool.max?");
    }

    @Test
    void is_passed_over_in_silence_when_it_is_the_testkits() {
      Written.file(directory, "weir.test.redis.uri = redis://there");
      WeirConfig config =
          ConfigLoader.empty()
              .directory(directory)
              .environment(Map.of("WEIR_TEST_POSTGRES_URL", "jdbc:postgresql://there/x"))
              .systemProperties(Written.property("weir.testkit", "embedded"))
              .load();

      assertThat(config).isEqualTo(WeirConfig.defaults(Profile.DEVELOPMENT));
      assertThat(config.warnings()).isEmpty();
    }

    @Test
    void of_another_program_is_none_of_ours() {
      WeirConfig config =
          ConfigLoader.empty()
              .environment(Map.of("POOL_MAX", "3", "WEIRD_POOL_MAX", "3"))
              .systemProperties(Written.property("pool.max", "3"))
              .load();

      assertThat(config.warnings()).isEmpty();
      assertThat(config.pool().max()).isEqualTo(16);
    }
  }

  @Test
  void tells_all_mistakes_at_once_each_with_its_source() {
    Written.file(
        directory,
        "# settings of the order service",
        "",
        "weir.pool.min = 4",
        "weir.postgres.user = clerk",
        "",
        "",
        "weir.lanes.bacth.reserved = 2");

    assertThatThrownBy(
            () ->
                ConfigLoader.empty()
                    .directory(directory)
                    .environment(Map.of("WEIR_POOL_MAX", "0"))
                    .load())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            3 problems in the configuration:
              - pool.max = 0 (WEIR_POOL_MAX): must be at least 1
              - pool.min = 4 (weir.properties, line 3): must lie in 0..max (0)
              - lanes.bacth.reserved = 2 (weir.properties, line 7): no lane "bacth"; did you mean \
            "batch"?\
            """)
        .extracting(thrown -> ((ConfigurationException) thrown).problems().getFirst())
        .isEqualTo(
            new Problem(
                "pool.max", "0", new Origin.Environment("WEIR_POOL_MAX"), "must be at least 1"));
  }

  @Test
  void finds_problems_in_every_room_at_once() {
    Properties wrong = new Properties();
    for (String key :
        new String[] {
          "postgres.connect-timeout",
          "pool.max",
          "lanes.mcp.weight",
          "redis.timeout",
          "bulkheads.default.limit",
          "tasks.history",
          "events.queue",
          "health.interval",
          "telemetry.target",
          "shutdown.hook"
        }) {
      wrong.setProperty("weir." + key, "?");
    }

    assertThatThrownBy(() -> ConfigLoader.empty().systemProperties(wrong).load())
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            refused ->
                assertThat(refused.problems())
                    .extracting(problem -> "weir." + problem.key())
                    .containsExactlyInAnyOrderElementsOf(wrong.stringPropertyNames()));
  }

  @Test
  void takes_no_time_without_a_unit() {
    assertThatThrownBy(() -> ConfigLoader.empty().set("pool.wait", "5").load())
        .hasMessageContaining("pool.wait = 5 (code): has no unit; write 5ms, 5s, 5m or 5h");
  }

  @Test
  void takes_no_empty_value() {
    assertThatThrownBy(() -> ConfigLoader.empty().environment(Map.of("WEIR_POOL_MAX", " ")).load())
        .hasMessageContaining("(WEIR_POOL_MAX): is empty; give it a value or take it out");
  }

  @Test
  void takes_values_as_they_are_written() {
    WeirConfig config =
        ConfigLoader.empty()
            .environment(Map.of("WEIR_POSTGRES_PASSWORD", " ${HOME} $x \\n "))
            .set("pool.max", " 20 ")
            .load();

    assertThat(config.postgres().password().reveal()).isEqualTo(" ${HOME} $x \\n ");
    assertThat(config.pool().max()).isEqualTo(20);
  }

  @Nested
  class A_variable {
    @Test
    void may_mean_one_lane_only() {
      assertThatThrownBy(
              () ->
                  ConfigLoader.empty()
                      .set("lanes", "big-jobs, big_jobs")
                      .environment(Map.of("WEIR_LANES_BIG_JOBS_LIMIT", "3"))
                      .load())
          .hasMessage(
              """
              1 problem in the configuration:
                - WEIR_LANES_BIG_JOBS_LIMIT = 3 (WEIR_LANES_BIG_JOBS_LIMIT): may mean \
              lanes.big-jobs.limit or lanes.big_jobs.limit; set the one you mean in \
              weir.properties or as a system property\
              """);
    }

    @Test
    void finds_a_lane_declared_elsewhere() {
      WeirConfig config =
          ConfigLoader.empty()
              .environment(Map.of("WEIR_LANES", "big_jobs", "WEIR_LANES_BIG_JOBS_LIMIT", "3"))
              .load();

      assertThat(config.lanes().get("big_jobs")).isEqualTo(LaneConfig.open().limit(3));
      assertThat(config.warnings()).isEmpty();
    }

    @Test
    void of_an_undeclared_lane_is_a_warning() {
      WeirConfig config =
          ConfigLoader.empty().environment(Map.of("WEIR_LANES_BACTH_LIMIT", "3")).load();

      assertThat(config.warnings())
          .containsExactly(
              "environment variable WEIR_LANES_BACTH_LIMIT is no setting and is ignored; did you"
                  + " mean WEIR_LANES_BATCH_LIMIT?");
    }
  }

  @Nested
  class A_file {
    @Test
    void must_have_the_prefix_on_every_key() {
      Written.file(directory, "pool.max = 3");

      assertThatThrownBy(() -> ConfigLoader.empty().directory(directory).load())
          .hasMessageContaining(
              "pool.max (weir.properties, line 1): keys in this file begin with \"weir.\"; write"
                  + " weir.pool.max");
    }

    @Test
    void sets_no_key_twice() {
      Written.file(directory, "weir.pool.max = 3", "weir.pool.max = 5");

      assertThatThrownBy(() -> ConfigLoader.empty().directory(directory).load())
          .hasMessageContaining(
              "weir.pool.max (weir.properties, line 2): already set on line 1; keep one of the"
                  + " two");
    }

    @Test
    void must_be_readable_text() throws IOException {
      Files.write(
          directory.resolve("weir.properties"), "weir.x=ü".getBytes(StandardCharsets.ISO_8859_1));

      assertThatThrownBy(() -> ConfigLoader.empty().directory(directory).load())
          .hasMessageContaining("weir.properties (weir.properties): is not UTF-8 text");
    }

    @Test
    void must_be_a_file() throws IOException {
      Files.createDirectory(directory.resolve("weir.properties"));

      assertThatThrownBy(() -> ConfigLoader.empty().directory(directory).load())
          .hasMessageContaining("weir.properties (weir.properties): cannot be read");
    }

    @Test
    void may_be_missing() {
      assertThat(ConfigLoader.empty().directory(directory.resolve("nowhere")).load())
          .isEqualTo(WeirConfig.defaults(Profile.DEVELOPMENT));
    }

    @Test
    void found_twice_on_the_class_path_is_a_warning() {
      Written.file(classPath, "weir.pool.max = 20");
      Written.file(directory, "weir.pool.max = 21");
      WeirConfig config =
          ConfigLoader.empty().classPath(Written.classPath(classPath, directory)).load();

      assertThat(config.pool().max()).isEqualTo(20);
      assertThat(config.warnings())
          .singleElement()
          .asString()
          .startsWith("2 files weir.properties are on the class path; file:" + classPath);
    }
  }

  @Test
  void reads_this_process_without_further_words() {
    WeirConfig config = ConfigLoader.create().environment(Map.of()).set("pool.max", "9").load();

    assertThat(config.pool().max()).isEqualTo(9);
    assertThat(WeirConfig.load(Map.of("profile", "test")).profile()).isEqualTo(Profile.TEST);
  }

  @Test
  void leaves_the_loader_it_was_made_from_alone() {
    ConfigLoader one = ConfigLoader.empty();
    ConfigLoader other = one.set("pool.max", "9").environment(Map.of("WEIR_POOL_MIN", "9"));

    assertThat(one.load()).isEqualTo(WeirConfig.defaults(Profile.DEVELOPMENT));
    assertThat(other.load().pool().min()).isEqualTo(9);
  }

  @Test
  // the null is the point
  @SuppressWarnings("NullAway")
  void names_what_must_not_be_null() {
    ConfigLoader loader = ConfigLoader.empty();

    assertThatThrownBy(() -> loader.environment(null)).hasMessage("environment");
    assertThatThrownBy(() -> loader.systemProperties(null)).hasMessage("properties");
    assertThatThrownBy(() -> loader.classPath(null)).hasMessage("classPath");
    assertThatThrownBy(() -> loader.directory(null)).hasMessage("directory");
    assertThatThrownBy(() -> loader.set(null, "x")).hasMessage("key");
    assertThatThrownBy(() -> loader.set("pool.max", null)).hasMessage("value");
    assertThatThrownBy(() -> loader.secret("postgres.password", null)).hasMessage("callback");
    assertThatThrownBy(() -> WeirConfig.load(null)).hasMessage("code");
    assertThatThrownBy(() -> WeirConfig.defaults(null)).hasMessage("profile");
  }
}
