package dev.weir.config;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.PostgresConfig.Pooler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

class PostgresConfigTest {
  private static final String URL = "jdbc:postgresql://db:6543/orders";

  @Test
  void has_these_defaults() {
    assertThat(PostgresConfig.defaults())
        .isEqualTo(new PostgresConfig(null, null, Secret.none(), ofSeconds(5)));
  }

  @Test
  void takes_every_key_from_a_file(@TempDir Path directory) {
    WeirConfig config =
        Written.inFile(
            directory,
            "weir.postgres.url = " + URL,
            "weir.postgres.user = clerk",
            "weir.postgres.password = open sesame",
            "weir.postgres.connect-timeout = 9s",
            "weir.postgres.pooler = Transaction");

    assertThat(config.postgres())
        .isEqualTo(
            new PostgresConfig(
                URL, "clerk", Secret.of("open sesame"), ofSeconds(9), Pooler.TRANSACTION));
  }

  @Test
  void has_a_wither_for_each_component() {
    PostgresConfig postgres = PostgresConfig.defaults();
    Secret none = Secret.none();

    assertThat(postgres.url(URL)).isEqualTo(new PostgresConfig(URL, null, none, ofSeconds(5)));
    assertThat(postgres.user("u")).isEqualTo(new PostgresConfig(null, "u", none, ofSeconds(5)));
    assertThat(postgres.password(Secret.of("p")))
        .isEqualTo(new PostgresConfig(null, null, Secret.of("p"), ofSeconds(5)));
    assertThat(postgres.connectTimeout(ofSeconds(1)))
        .isEqualTo(new PostgresConfig(null, null, none, ofSeconds(1)));
    assertThat(postgres.pooler(Pooler.TRANSACTION))
        .isEqualTo(new PostgresConfig(null, null, none, ofSeconds(5), Pooler.TRANSACTION));
  }

  @Test
  void behind_a_pooler_of_transactions_refuses_what_that_would_refuse() {
    PostgresConfig pooled = PostgresConfig.defaults().pooler(Pooler.TRANSACTION);
    assertThat(pooled.url(URL + "?prepareThreshold=0&ssl=true").url()).startsWith(URL);
    assertThatThrownBy(() -> pooled.url(URL + "?options=-c%20jit=off&prepareThreshold=5"))
        .hasMessageContaining("2 problems")
        .hasMessageContaining("must not have the parameter options")
        .hasMessageContaining("must not have a prepareThreshold but 0");
    assertThat(PostgresConfig.defaults().url(URL + "?options=-c%20jit=off").url())
        .contains("options");
    assertThatThrownBy(() -> ConfigLoader.empty().set("postgres.pooler", "session").load())
        .hasMessageContaining("must be none or transaction");
  }

  @Test
  void is_refused_with_every_problem_at_once() {
    assertThatThrownBy(() -> new PostgresConfig("h2:mem", " ", Secret.none(), Duration.ZERO))
        .hasMessage(
            """
            3 problems in the configuration:
              - postgres.url = h2:mem (code): must begin with jdbc:postgresql:, such as \
            jdbc:postgresql://localhost:5432/orders
              - postgres.user =   (code): must not be blank
              - postgres.connect-timeout = 0s (code): must be positive, such as 5s; the shortest is \
            1ms""");
  }

  @Nested
  class A_url_of_another_kind {
    @Test
    void is_answered_with_the_way_to_write_it() {
      assertThatThrownBy(() -> PostgresConfig.defaults().url("postgres://db/orders"))
          .hasMessageContaining(
              "postgres.url = postgres://db/orders (code): write jdbc:postgresql://db/orders");
    }

    @Test
    void has_its_login_moved_out_and_its_password_hidden() {
      assertThatThrownBy(
              () -> PostgresConfig.defaults().url("postgresql://clerk:sesame@db:5433/orders"))
          .hasMessageContaining(
              "postgres.url = postgresql://clerk:***@db:5433/orders (code): write"
                  + " jdbc:postgresql://db:5433/orders, and the login in postgres.user and"
                  + " postgres.password")
          .hasMessageNotContaining("sesame");
    }

    @Test
    void may_not_carry_a_login_even_with_the_right_scheme() {
      assertThatThrownBy(
              () -> PostgresConfig.defaults().url("jdbc:postgresql://clerk:sesame@db/orders"))
          .hasMessageContaining("write jdbc:postgresql://db/orders, and the login in postgres.user")
          .hasMessageNotContaining("sesame");
    }
  }

  @Test
  void must_leave_a_second_to_connect() {
    assertThatThrownBy(() -> PostgresConfig.defaults().connectTimeout(Duration.ofMillis(999)))
        .hasMessage(
            """
            1 problem in the configuration:
              - postgres.connect-timeout = 999ms (code): must be at least 1s: the driver counts \
            whole seconds, rounded up""");
  }

  @Nested
  class A_url_with_secrets {
    private static final String MIXED =
        "jdbc:postgresql://db/orders?user=u&password=a%26b%2Bc+d%25&ssl=true&sslpassword=k%3D=";

    @Test
    void is_parted_from_them() {
      PostgresConfig postgres = PostgresConfig.defaults().url(MIXED);

      assertThat(postgres.urlWithoutSecrets())
          .isEqualTo("jdbc:postgresql://db/orders?user=u&ssl=true");
      assertThat(postgres.urlSecrets())
          .isEqualTo(Map.of("password", "a&b+c d%", "sslpassword", "k=="));
    }

    @Test
    void says_the_same_to_the_driver_once_they_are_given_beside_it() {
      PostgresConfig postgres = PostgresConfig.defaults().url(MIXED);
      Properties beside = new Properties();
      beside.putAll(postgres.urlSecrets());

      Properties parted = Driver.parseURL(postgres.urlWithoutSecrets(), null);
      assertThat(parted).isNotNull().doesNotContainKeys("password", "sslpassword");
      beside.putAll(parted);
      assertThat(beside).isEqualTo(Driver.parseURL(MIXED, null));
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            jdbc:postgresql://db/x?password=1            | jdbc:postgresql://db/x       | 1
            jdbc:postgresql://db/x?password=1&password=2 | jdbc:postgresql://db/x       | 2
            jdbc:postgresql:x?a&&password=1&b=c?d        | jdbc:postgresql:x?a&&b=c?d   | 1
            jdbc:postgresql://db/x?password&a=b          | jdbc:postgresql://db/x?a=b   | ''
            """)
    void keeps_what_else_it_says(String url, String without, String password) {
      PostgresConfig postgres = PostgresConfig.defaults().url(url);

      assertThat(postgres.urlWithoutSecrets()).isEqualTo(without);
      assertThat(postgres.urlSecrets()).isEqualTo(Map.of("password", password));
    }

    @Test
    void hides_them_however_their_names_are_spelled() {
      PostgresConfig postgres = PostgresConfig.defaults().url("jdbc:postgresql:x?Password=s3cret");

      assertThat(postgres.urlWithoutSecrets()).isEqualTo("jdbc:postgresql:x");
      assertThat(postgres.urlSecrets()).isEqualTo(Map.of("Password", "s3cret"));
    }

    @Test
    void shows_none_of_them() {
      assertThat(PostgresConfig.defaults().url(MIXED).toString())
          .contains("password=***&ssl=true&sslpassword=***")
          .doesNotContain("a%26b", "a&b", "k%3D", "k==");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc:postgresql://db/x", "jdbc:postgresql://db/x?", URL + "?user=u&ssl"})
  void is_left_alone_without_secrets(String url) {
    assertThat(PostgresConfig.defaults().url(url).urlWithoutSecrets()).isEqualTo(url);
    assertThat(PostgresConfig.defaults().url(url).urlSecrets()).isEmpty();
  }

  @Test
  void has_no_secrets_without_a_url() {
    assertThat(PostgresConfig.defaults().urlWithoutSecrets()).isNull();
    assertThat(PostgresConfig.defaults().urlSecrets()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql://db.internal:6543/orders                | db.internal:6543/orders
          jdbc:postgresql://db.internal/orders?password=x&ssl=true | db.internal:5432/orders
          jdbc:postgresql://a,b:1/orders                           | a:5432,b:1/orders
          jdbc:postgresql://[::1]:7,[::2]/orders                   | [::1]:7,[::2]:5432/orders
          jdbc:postgresql://db/                                    | db:5432
          jdbc:postgresql://                                       | localhost:5432
          jdbc:postgresql:                                         | localhost:5432
          jdbc:postgresql:orders                                   | localhost:5432/orders
          jdbc:postgresql:///orders                                | localhost:5432/orders
          jdbc:postgresql:///                                      | localhost:5432
          """)
  void tells_its_target(String url, String target) {
    assertThat(PostgresConfig.defaults().url(url).target()).isEqualTo(target);
  }

  @Test
  void tells_which_key_gives_a_target() {
    assertThat(PostgresConfig.defaults().target())
        .isEqualTo("no database (postgres.url is not set)");
  }
}
