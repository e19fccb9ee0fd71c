package dev.weir.pool;

import dev.weir.config.PostgresConfig;
import dev.weir.testkit.PgBouncerServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.TestServers;
import org.junit.jupiter.api.Tag;

/** The network fails at COMMIT between the service and a pooler that stands before the server. */
@Tag("faults")
class LostCommitThroughPgBouncerTest extends LostCommitTest {

  @Override
  TcpProxy proxy(TestDatabase database) {
    PgBouncerServer pooler = TestServers.pgBouncer();
    return TcpProxy.toPostgres(pooler.host(), pooler.port());
  }

  @Override
  String behind() {
    return "PgBouncer";
  }

  @Override
  ConnectionSettings adapted(ConnectionSettings plain) {
    return new ConnectionSettings(
        plain.postgres().pooler(PostgresConfig.Pooler.TRANSACTION),
        plain.pool(),
        plain.lanes(),
        plain.redis(),
        null);
  }
}
