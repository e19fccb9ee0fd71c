package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class ContainerServersTest {

  /** What is to be seen depends on the machine, and both sides of it are a promise. */
  @Test
  void are_real_servers_where_Docker_answers_and_else_fail_with_what_to_do() throws SQLException {
    var properties = new Properties();
    properties.setProperty("weir.testkit", "containers");
    if (DockerClientFactory.instance().isDockerAvailable()) {
      try (var database = TestServers.postgres(Map.of(), properties).freshDatabase()) {
        assertThat(
                PostgresServerTest.query(
                    database.dataSource().getConnection(), "SHOW server_version"))
            .startsWith("18");
      }
      TestServers.redis(Map.of(), properties).flush();
    } else {
      assertThatThrownBy(() -> TestServers.postgres(Map.of(), properties))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("no Docker engine answers");
      assertThatThrownBy(() -> TestServers.redis(Map.of(), properties))
          .hasMessageContaining("WEIR_TEST_REDIS_URI");
    }
  }
}
