package dev.weir.testkit;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Where a PostgreSQL listens and who may create databases there.
 *
 * @param maintenance the database to connect to for creating and dropping others
 * @param parameters what a JDBC URL needs besides, from its question mark on; empty or "?...."
 */
record PostgresAddress(
    String host, int port, String maintenance, String parameters, String user, String password) {

  private static final int DEFAULT_PORT = 5432;
  private static final String FORM = "jdbc:postgresql://host:port/database?user=...&password=...";

  /** Taken from a JDBC URL; user and password stand in it or come besides. */
  static PostgresAddress parse(String url, @Nullable String user, @Nullable String password) {
    var parsed = new PGSimpleDataSource();
    try {
      parsed.setURL(url);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "%s is no JDBC URL of PostgreSQL: it must read %s"
              .formatted(ServerChoice.POSTGRES_URL, FORM),
          e);
    }
    if (parsed.getServerNames().length != 1) {
      throw new IllegalArgumentException(
          "%s names %d servers: it must name one"
              .formatted(ServerChoice.POSTGRES_URL, parsed.getServerNames().length));
    }
    return new PostgresAddress(
        parsed.getServerNames()[0],
        parsed.getPortNumbers()[0] == 0 ? DEFAULT_PORT : parsed.getPortNumbers()[0],
        orElse(parsed.getDatabaseName(), "postgres"),
        parametersOf(url),
        orElse(user, orElse(parsed.getUser(), "postgres")),
        orElse(password, orElse(parsed.getPassword(), "")));
  }

  String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s%s".formatted(host, port, database, parameters);
  }

  private static String parametersOf(String url) {
    int mark = url.indexOf('?');
    List<String> kept = new ArrayList<>();
    for (String parameter : mark < 0 ? new String[0] : url.substring(mark + 1).split("&")) {
      if (!parameter.startsWith("user=") && !parameter.startsWith("password=")) {
        kept.add(parameter);
      }
    }
    return kept.isEmpty() ? "" : "?" + String.join("&", kept);
  }

  private static String orElse(@Nullable String value, String otherwise) {
    return value == null || value.isBlank() ? otherwise : value;
  }

  @Override
  public String toString() {
    return "PostgreSQL at " + host + ":" + port;
  }
}
