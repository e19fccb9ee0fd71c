package dev.weir.pool.session;

import dev.weir.pool.admission.PlainDataSource;
import java.sql.Connection;
import java.sql.SQLException;

/** A data source that leads into sessions. */
public final class JoiningDataSource extends PlainDataSource {

  private final Source source;

  /** One whose connections come from there. */
  public JoiningDataSource(Source source) {
    this.source = source;
  }

  /** Where its connections come from. */
  @FunctionalInterface
  public interface Source {

    /** One of them. */
    Connection connection() throws SQLException;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return source.connection();
  }
}
