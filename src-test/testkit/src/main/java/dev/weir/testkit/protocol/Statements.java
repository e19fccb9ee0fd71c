package dev.weir.testkit.protocol;

import java.util.HashMap;
import java.util.Map;

/**
 * Which SQL stands behind the statements and portals of a connection, as far as its client has
 * said. Read and written by the one thread that delivers to the server.
 */
final class Statements {
  private static final String UNNAMED = "";

  private final Map<String, String> statements = new HashMap<>();
  private final Map<String, String> portals = new HashMap<>();

  String query(Body body) {
    statements.remove(UNNAMED);
    portals.remove(UNNAMED);
    return body.string();
  }

  String parse(Body body) {
    String name = body.string();
    String sql = body.string();
    statements.put(name, sql);
    return sql;
  }

  String bind(Body body) {
    String portal = body.string();
    String sql = statements.getOrDefault(body.string(), "");
    portals.put(portal, sql);
    return sql;
  }

  String execute(Body body) {
    return portals.getOrDefault(body.string(), "");
  }

  String describe(Body body) {
    return named(body.letter()).getOrDefault(body.string(), "");
  }

  String close(Body body) {
    String sql = named(body.letter()).remove(body.string());
    return sql == null ? "" : sql;
  }

  private Map<String, String> named(char kind) {
    return kind == 'S' ? statements : portals;
  }
}
