package dev.weir.monitoring;

import dev.weir.config.TelemetryConfig;
import dev.weir.pool.Access;
import dev.weir.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Statement;
import java.time.Duration;

/**
 * A service that an agent may look into: one task with one transaction of one statement. It ends
 * when there is a file {@code seen} where it works.
 */
final class AgentService {

  private AgentService() {}

  /** Needs the address of its database, the login, and its password. */
  public static void main(String[] login) throws Exception {
    try (Telemetry telemetry = Telemetry.open(TelemetryConfig.defaults());
        House house =
            ObservedTest.observed(
                House.open(House.config(login[0], login[1], login[2]), telemetry))) {
      house
          .tasks()
          .run(
              "import",
              () ->
                  house
                      .connections()
                      .useTransaction(
                          Access.readWrite().name("orders"),
                          connection -> {
                            try (Statement statement = connection.createStatement()) {
                              statement.execute("select 42 as answer");
                            }
                          }))
          .await();
      Await.until(
          Duration.ofMinutes(1),
          "its metrics to have arrived",
          () -> Files.exists(Path.of("seen")));
    }
  }
}
