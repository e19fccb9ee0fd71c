package dev.weir.pool;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One socket to the server, logged in; one caller uses it at a time. */
final class PhysicalConnection {

  private final Connection jdbc;
  private final Stamps stamps = new Stamps();
  private final AtomicBoolean idle = new AtomicBoolean();
  private ServerGuards guards = ServerGuards.NONE;
  private int slot;

  PhysicalConnection(Connection jdbc) {
    this.jdbc = jdbc;
  }

  /** The driver's connection. */
  Connection jdbc() {
    return jdbc;
  }

  /** Its pool's notes about it. */
  Stamps stamps() {
    return stamps;
  }

  /** Makes it the caller's alone; false if it is somebody's. */
  boolean claim() {
    return idle.compareAndSet(true, false);
  }

  /** Ends the claim. */
  void free() {
    idle.set(true);
  }

  boolean isIdle() {
    return idle.get();
  }

  int slot() {
    return slot;
  }

  void slot(int number) {
    slot = number;
  }

  /** What the server was last told to watch over. */
  ServerGuards guards() {
    return guards;
  }

  void guards(ServerGuards told) {
    guards = told;
  }

  /** When what happened, in ticks of the pool; written by whoever holds the connection. */
  static final class Stamps {
    /** It leaves when this has come. */
    int expiry;

    /** It was given back last. */
    int used;

    /** It was known to be alive last. */
    int seenAlive;
  }

  /** Whether it can never be used again. */
  boolean isBroken() {
    try {
      return jdbc.isClosed();
    } catch (SQLException failure) {
      return true;
    }
  }

  /** Asks the server; takes {@code seconds} at most. */
  boolean isAlive(int seconds) {
    try {
      return jdbc.isValid(seconds);
    } catch (SQLException failure) {
      return false;
    }
  }

  /** Says goodbye to the server and closes the socket. */
  void quit() {
    try {
      jdbc.close();
    } catch (SQLException failure) {
      Logs.closeFailed(failure);
    }
  }

  /** Cuts the socket, whatever happens on it. */
  void abort() {
    try {
      jdbc.abort(Runnable::run);
    } catch (SQLException failure) {
      Logs.closeFailed(failure);
    }
  }
}
