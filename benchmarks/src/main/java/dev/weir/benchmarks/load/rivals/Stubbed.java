package dev.weir.benchmarks.load.rivals;

import com.zaxxer.hikari.HikariDataSource;
import dev.weir.benchmarks.Connections;
import dev.weir.monitoring.Telemetry;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.SystemTasks;
import io.opentelemetry.api.OpenTelemetry;
import java.util.List;
import javax.sql.DataSource;

/** Weir on a HikariCP whose driver does nothing: what is left to measure is Weir and HikariCP. */
public final class Stubbed implements AutoCloseable {

  private final HikariDataSource hikari;
  private final Telemetry telemetry;
  private final SystemTasks system;
  private final UnifiedConnectionManager weir;

  /** Opens it with so many connections. */
  public Stubbed(int connections, OpenTelemetry openTelemetry) {
    hikari = Connections.stub(connections);
    telemetry = Telemetry.open(openTelemetry);
    system = SystemTasks.open(List.of(telemetry.systemListener()));
    weir =
        UnifiedConnectionManager.open(
            ConnectionSettings.of(Connections.weir(connections)).override(hikari),
            system,
            List.of(telemetry.poolListener()));
  }

  /** Gate, lease and telemetry on top of what HikariCP does. */
  public DataSource dataSource() {
    return weir.dataSource();
  }

  @Override
  public void close() {
    weir.close();
    hikari.close();
    system.close();
    telemetry.close();
  }
}
