package dev.weir.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.ConfigurationException.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes with a login of their own, as they are written and where they cannot be. */
@Tag("faults")
class LaneLoginConfigTest {
  private static final String CANARY = "canary4711";

  private final ConfigLoader loader =
      ConfigLoader.empty()
          .set("pool.max", "8")
          .set("lanes", "models")
          .set("lanes.models.limit", "3")
          .set("lanes.models.user", "reader");

  private static void assertNamed(ConfigLoader wrong, String... keys) {
    assertThatThrownBy(wrong::load)
        .hasMessageNotContaining(CANARY)
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            no ->
                assertThat(no.problems()).extracting(Problem::key).containsExactlyInAnyOrder(keys));
  }

  private static String revealed(ConfigLoader settings) {
    return Objects.requireNonNull(settings.load().lane("models").login()).password().reveal();
  }

  @Test
  void have_user_and_password_or_the_user_alone() {
    LaneLogin trusted = loader.load().lane("models").login();
    WeirConfig config = loader.set("lanes.models.password", CANARY).load();

    assertThat(trusted).isEqualTo(new LaneLogin("reader", Secret.none()));
    assertThat(config.lane("models").login())
        .isEqualTo(new LaneLogin("reader", Secret.of(CANARY)))
        .asString()
        .doesNotContain(CANARY);
    assertThat(config.lane("batch").login()).isNull();
    assertThat(config).isNotEqualTo(loader.load());
    assertThat(Written.described(config))
        .containsEntry("lanes.models.user", "reader")
        .containsEntry("lanes.models.password", "***");
  }

  @Test
  void are_declared_in_code_too() {
    var login = new LaneLogin("reader", Secret.none());
    LaneConfig lane = LaneConfig.open().limit(3).login(login);
    WeirConfig config = WeirConfig.defaults(Profile.TEST).lane("models", lane);
    LaneConfig changed = lane.login(login.password(Secret.of("other")));

    assertThat(config.lane("models")).isEqualTo(lane);
    assertThat(lane.weight(7).queueBound(4).login()).isEqualTo(login);
    assertThat(config.lane("models", changed).origin("lanes.models.password"))
        .isEqualTo(new Origin.Code());
    assertThat(lane.login(null)).isEqualTo(LaneConfig.open().limit(3));
    assertThat(lane).asString().contains("login=reader");
  }

  @Test
  void may_keep_the_password_in_a_file_or_a_callback(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("token"), CANARY + "\n");
    ConfigLoader inFile = loader.set("lanes.models.password-file", file.toString());

    assertThat(revealed(inFile)).isEqualTo(CANARY);
    assertThat(inFile.load().describe()).contains("*** (in " + file + ")").doesNotContain(CANARY);
    assertThat(revealed(loader.secret("lanes.models.password", () -> CANARY))).isEqualTo(CANARY);
    assertNamed(inFile.set("lanes.models.password", CANARY), "lanes.models.password-file");
    assertNamed(
        loader.set("lanes.models.password-file", directory.resolve("gone").toString()),
        "lanes.models.password-file");
  }

  @Test
  void reach_the_database_of_all_whoever_its_address_names() {
    PostgresConfig postgres =
        PostgresConfig.defaults()
            .url("jdbc:postgresql://db/orders?user=app&ssl=true&password=p&sslpassword=s");
    PostgresConfig own = postgres.as(new LaneLogin("reader", Secret.of("mine")));

    assertThat(own.url()).isEqualTo("jdbc:postgresql://db/orders?ssl=true&sslpassword=s");
    assertThat(own.user()).isEqualTo("reader");
    assertThat(own.password().reveal()).isEqualTo("mine");
    assertThat(PostgresConfig.defaults().as(new LaneLogin("reader", Secret.none())).url()).isNull();
  }

  @Nested
  class Are_refused {
    @Test
    void without_a_limit_with_a_reserve_or_without_a_name_all_at_once() {
      assertNamed(
          ConfigLoader.empty()
              .set("lanes.batch.user", "importer")
              .set("lanes.mcp.user", " ")
              .set("lanes.training.user", "trainer")
              .set("lanes.training.limit", "2")
              .set("lanes.training.reserved", "1")
              .set("lanes.interactive.user", "app")
              .set("lanes.interactive.limit", "2")
              .set("lanes.admin.password", CANARY),
          "lanes.batch.limit",
          "lanes.mcp.user",
          "lanes.training.reserved",
          "lanes.interactive.user",
          "lanes.admin.password");
    }

    @Test
    void with_what_to_write_instead() {
      assertThatThrownBy(() -> loader.set("lanes.models.limit", "unlimited").load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.models.limit = unlimited (code): must be a number with a login of its own \
              (lanes.models.user): so many connections of pool.max are the lane's alone""");
      assertThatThrownBy(() -> ConfigLoader.empty().set("lanes.mcp.password", CANARY).load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.mcp.password (code): is the password of no login: set lanes.mcp.user too, \
              or take it out""");
      assertThatThrownBy(
              () ->
                  ConfigLoader.empty()
                      .set("lanes.admin.user", "boss")
                      .set("lanes.admin.limit", "1")
                      .load())
          .hasMessageContaining("lanes.admin.user = boss (code)")
          .hasMessageContaining("declare a lane for this login");
    }

    @Test
    void in_code_as_in_text() {
      var reader = new LaneLogin("reader", Secret.none());

      assertThatThrownBy(() -> LaneConfig.open().login(reader))
          .hasMessageContaining("lanes.<name>.limit = unlimited (code)");
      assertThatThrownBy(() -> LaneConfig.open().limit(3).reserved(1).login(reader))
          .hasMessageContaining("lanes.<name>.reserved = 1 (code)");
      assertThatThrownBy(() -> new LaneLogin(" ", Secret.none()))
          .hasMessageContaining("lanes.<name>.user =   (code): must be the name of a login");
      assertThatThrownBy(
              () ->
                  WeirConfig.defaults(Profile.TEST)
                      .lane("interactive", LaneConfig.open().limit(1).login(reader)))
          .hasMessageContaining("lanes.interactive.user = reader (code)");
    }

    @Test
    void where_nothing_would_be_left_for_the_login_of_all() {
      assertThatThrownBy(
              () ->
                  loader
                      .set("pool.min", "0")
                      .set("lanes.batch.reserved", "2")
                      .set("lanes.mcp.user", "model")
                      .set("lanes.mcp.limit", "2")
                      .load())
          .hasMessage(
              """
              1 problem in the configuration:
                - lanes.models.limit = 3 (code): lanes with a login of their own have 5 of \
              pool.max = 8, the others reserve 3, and at least 1 must stay free for all who log in \
              as postgres.user; lower a limit or raise pool.max to 9""");
      assertThat(loader.set("lanes.models.limit", "6").load().lane("models").limit()).isEqualTo(6);
    }

    @Test
    void with_a_callback_for_a_lane_that_nobody_has_declared() {
      assertThatThrownBy(() -> loader.secret("lanes.modles.password", () -> CANARY).load())
          .hasMessageContaining("lanes.modles.password (code): no lane \"modles\"")
          .hasMessageContaining("models");
    }
  }
}
