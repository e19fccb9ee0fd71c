package dev.weir.monitoring.telemetry;

import dev.weir.pool.PoolSnapshot;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The attributes of a database node. Immutable.
 *
 * @param attributes system, pool name, and address and port where there is one of each
 */
record Node(Attributes attributes) {

  static final AttributeKey<String> LANE = AttributeKey.stringKey("weir.lane");
  private static final AttributeKey<String> STATE =
      AttributeKey.stringKey("db.client.connection.state");
  private static final Pattern ONE_SERVER = Pattern.compile("([^,/\\s]+):(\\d{1,5})(?:/.*)?");

  static Node of(PoolSnapshot pool) {
    var all =
        Attributes.builder()
            .put("db.system.name", "postgresql")
            .put("db.client.connection.pool.name", pool.node());
    Matcher server = ONE_SERVER.matcher(pool.target());
    if (server.matches()) {
      all.put("server.address", server.group(1))
          .put("server.port", Long.parseLong(server.group(2)));
    }
    return new Node(all.build());
  }

  Attributes state(String state) {
    return attributes.toBuilder().put(STATE, state).build();
  }

  Attributes lane(String lane) {
    return attributes.toBuilder().put(LANE, lane).build();
  }
}
