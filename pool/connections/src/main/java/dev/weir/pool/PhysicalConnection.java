package dev.weir.pool;

import java.sql.Connection;

/** One socket to the server, logged in; one caller uses it at a time. */
final class PhysicalConnection {

  private final Connection jdbc;

  PhysicalConnection(Connection jdbc) {
    this.jdbc = jdbc;
  }

  /** The driver's connection. */
  Connection jdbc() {
    return jdbc;
  }
}
