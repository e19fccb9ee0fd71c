package dev.weir.pool;

import java.sql.Connection;
import java.sql.SQLException;

/** One call that changes a setting of a connection. */
@FunctionalInterface
interface SettingChange {

  void on(Connection jdbc) throws SQLException;
}
