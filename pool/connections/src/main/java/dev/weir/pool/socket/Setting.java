package dev.weir.pool.socket;

import dev.weir.pool.line.CallKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a connection that a borrower may change, and how it is put back, in this order: so
 * that what is put back first saves messages of what comes after.
 */
public enum Setting {
  /** Whether it may write. */
  READ_ONLY(CallKind.CLEANUP) {
    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      jdbc.setReadOnly(false);
    }
  },
  /** Whether each statement is a transaction. */
  AUTO_COMMIT(CallKind.CLEANUP) {
    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      jdbc.setAutoCommit(true);
    }
  },
  /** How transactions are kept apart. */
  ISOLATION(CallKind.STATEMENT) {
    @Override
    Object read(Connection jdbc) throws SQLException {
      return jdbc.getTransactionIsolation();
    }

    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      if (before instanceof Integer level) {
        jdbc.setTransactionIsolation(level);
      }
    }
  },
  /** Whether rows outlive their transaction. */
  HOLDABILITY(CallKind.CLEANUP) {
    @Override
    Object read(Connection jdbc) throws SQLException {
      return jdbc.getHoldability();
    }

    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      if (before instanceof Integer holdability) {
        jdbc.setHoldability(holdability);
      }
    }
  },
  /** Where names are looked up. */
  SCHEMA(CallKind.STATEMENT) {
    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      // For pgjdbc this is SET search_path TO DEFAULT: what it was at login, several schemas too.
      jdbc.setSchema(null);
    }
  },
  /** How long one wait for the network may take. */
  NETWORK_TIMEOUT(CallKind.CLEANUP) {
    @Override
    Object read(Connection jdbc) throws SQLException {
      return jdbc.getNetworkTimeout();
    }

    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      if (before instanceof Integer milliseconds) {
        jdbc.setNetworkTimeout(Runnable::run, milliseconds);
      }
    }
  },
  /** What the server calls the connection. */
  CLIENT_INFO(CallKind.STATEMENT) {
    @Override
    @Nullable Object read(Connection jdbc) throws SQLException {
      return jdbc.getClientInfo(APPLICATION_NAME);
    }

    @Override
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      jdbc.setClientInfo(APPLICATION_NAME, (String) before);
    }
  },
  /** Which classes the types of the server become. */
  TYPE_MAP(CallKind.CLEANUP) {
    @Override
    Object read(Connection jdbc) throws SQLException {
      return Map.copyOf(jdbc.getTypeMap());
    }

    @Override
    @SuppressWarnings("unchecked") // as read
    void restore(Connection jdbc, @Nullable Object before) throws SQLException {
      if (before instanceof Map<?, ?> map) {
        jdbc.setTypeMap((Map<String, Class<?>>) map);
      }
    }
  };

  private static final String APPLICATION_NAME = "ApplicationName";

  private final CallKind kind;

  Setting(CallKind kind) {
    this.kind = kind;
  }

  /** What a change of it is to the server; {@code CLEANUP} also where none is sent as a rule. */
  public CallKind kind() {
    return kind;
  }

  /** The value to put back later; null where it need not be asked for. */
  @Nullable Object read(Connection jdbc) throws SQLException {
    return null;
  }

  abstract void restore(Connection jdbc, @Nullable Object before) throws SQLException;
}
