package dev.weir.pool.socket;

import java.sql.Connection;
import java.sql.SQLException;

/** One call that changes a setting of a connection. */
@FunctionalInterface
public interface SettingChange {

  /** Makes the change. */
  void on(Connection jdbc) throws SQLException;
}
