package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ServerChoiceTest {
  private static final Map<String, String> NOTHING = Map.of();
  private static final Map<String, String> NAMES =
      Map.of(
          "WEIR_TEST_POSTGRES_URL", "jdbc:postgresql://db:5433/app",
          "WEIR_TEST_POSTGRES_USER", "me",
          "WEIR_TEST_POSTGRES_PASSWORD", "secret",
          "WEIR_TEST_REDIS_URI", "redis://cache:6380");

  @Nested
  class The_choice {

    @Test
    void is_a_named_server_before_all_else() {
      assertThat(ServerChoice.postgres(NAMES, kind("containers")))
          .isEqualTo(new ServerChoice.Named("jdbc:postgresql://db:5433/app", "me", "secret"));
      assertThat(ServerChoice.redis(NAMES, kind("containers")))
          .isEqualTo(new ServerChoice.Named("redis://cache:6380", null, null));
    }

    @Test
    void is_a_container_if_the_property_says_so() {
      assertThat(ServerChoice.postgres(NOTHING, kind("containers")))
          .isEqualTo(new ServerChoice.Container());
      assertThat(ServerChoice.redis(NOTHING, kind("containers")))
          .isEqualTo(new ServerChoice.Container());
    }

    @Test
    void is_embedded_otherwise() {
      assertThat(ServerChoice.postgres(NOTHING, new Properties()))
          .isEqualTo(new ServerChoice.Embedded());
      assertThat(ServerChoice.redis(Map.of("WEIR_TEST_REDIS_URI", " "), kind("embedded")))
          .isEqualTo(new ServerChoice.Embedded());
    }

    @Test
    void refuses_a_kind_it_does_not_know_and_names_those_it_does() {
      assertThatThrownBy(() -> ServerChoice.redis(NOTHING, kind("docker")))
          .hasMessage("-Dweir.testkit=docker: must be embedded (the default) or containers");
    }

    @Test
    void tells_no_password() {
      assertThat(ServerChoice.postgres(NAMES, new Properties()).toString())
          .doesNotContain("secret");
    }
  }

  @Nested
  class A_named_PostgreSQL {

    @Test
    void is_used_as_it_is() throws SQLException {
      try (var running = PostgresServer.start()) {
        var named =
            TestServers.postgres(
                Map.of(
                    "WEIR_TEST_POSTGRES_URL",
                    "%s?user=%s&password=%s&ApplicationName=weir-test"
                        .formatted(
                            running.jdbcUrl("postgres"), running.user(), running.password())),
                new Properties());

        try (var database = named.freshDatabase()) {
          assertThat(database.jdbcUrl())
              .startsWith(running.jdbcUrl(database.name()))
              .endsWith("?ApplicationName=weir-test")
              .doesNotContain(running.password());
          assertThat(
                  PostgresServerTest.query(
                      database.dataSource().getConnection(),
                      "SELECT current_setting('application_name')"))
              .isEqualTo("weir-test");
        }
        assertThatThrownBy(named::kill)
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessageContaining("PostgresServer.start()");
        assertThatThrownBy(named::close).isInstanceOf(UnsupportedOperationException.class);
      }
    }

    @Test
    void that_refuses_us_is_a_failure_that_says_who_and_where() {
      var nobodyThere =
          TestServers.postgres(
              Map.of("WEIR_TEST_POSTGRES_URL", "jdbc:postgresql://127.0.0.1:1/app"),
              new Properties());
      assertThatThrownBy(nobodyThere::freshDatabase)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("PostgreSQL at 127.0.0.1:1 as user postgres")
          .hasMessageContaining("refused");
    }

    @Test
    void takes_user_and_password_from_their_own_variables() {
      var named = TestServers.postgres(NAMES, new Properties());
      assertThat(named.user()).isEqualTo("me");
      assertThat(named.password()).isEqualTo("secret");
      assertThat(named.host()).isEqualTo("db");
      assertThat(named.port()).isEqualTo(5433);
    }

    @Test
    void with_an_address_that_is_none_is_refused_with_the_form_it_must_have() {
      assertThatThrownBy(
              () ->
                  TestServers.postgres(
                      Map.of("WEIR_TEST_POSTGRES_URL", "postgres://db/app"), new Properties()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("jdbc:postgresql://host:port/database");
    }
  }

  @Nested
  class A_named_Redis {

    @Test
    void is_used_as_it_is() {
      try (var running = RedisServer.start()) {
        var named =
            TestServers.redis(Map.of("WEIR_TEST_REDIS_URI", running.uri()), new Properties());
        named.flush();
        assertThat(named.uri()).isEqualTo(running.uri());
        assertThatThrownBy(named::kill).isInstanceOf(UnsupportedOperationException.class);
      }
    }
  }

  private static Properties kind(String kind) {
    var properties = new Properties();
    properties.setProperty("weir.testkit", kind);
    return properties;
  }
}
