package dev.weir.monitoring.telemetry;

import dev.weir.monitoring.trace.SpanStep;
import dev.weir.pool.PoolSnapshot;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The attributes of a database node. Immutable.
 *
 * @param attributes system, pool name, and address and port where there is one of each
 * @param transaction those of a transaction that ended well
 */
record Node(Attributes attributes, Attributes transaction) {

  static final AttributeKey<String> LANE = AttributeKey.stringKey("weir.lane");
  private static final AttributeKey<String> POOL =
      AttributeKey.stringKey("db.client.connection.pool.name");
  private static final AttributeKey<String> STATE =
      AttributeKey.stringKey("db.client.connection.state");
  private static final Pattern ONE_SERVER = Pattern.compile("([^,/\\s]+):(\\d{1,5})(?:/.*)?");

  static Node of(PoolSnapshot pool) {
    var all = Attributes.builder().put("db.system.name", "postgresql").put(POOL, pool.node());
    Matcher server = ONE_SERVER.matcher(pool.target());
    if (server.matches()) {
      all.put("server.address", server.group(1))
          .put("server.port", Long.parseLong(server.group(2)));
    }
    Attributes node = all.build();
    return new Node(
        node, node.toBuilder().remove(POOL).put("db.operation.name", "transaction").build());
  }

  Attributes failedTransaction(String error) {
    return transaction.toBuilder().put(SpanStep.ERROR, error).build();
  }

  Attributes state(String state) {
    return attributes.toBuilder().put(STATE, state).build();
  }

  Attributes sqlState(String state) {
    return attributes.toBuilder().put("db.response.status_code", state).build();
  }

  Attributes move(MoveMetrics.Move move) {
    return attributes.toBuilder()
        .put("weir.knob", move.knob())
        .put("weir.direction", move.up() ? "up" : "down")
        .put(SpanStep.OUTCOME, move.done() ? "done" : "advised")
        .build();
  }

  Attributes lane(String lane) {
    return attributes.toBuilder().put(LANE, lane).build();
  }
}
