package dev.weir.pool;

import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a role of the database may do, as the server itself says and as a try has shown. Immutable.
 *
 * @param role its name
 * @param may what was found
 * @param writableTables how many tables outside the system's schemas it may change
 * @param readableTables how many it may read
 */
public record RolePrivileges(
    String role, Set<Finding> may, long writableTables, long readableTables) {

  private static final Set<Finding> HARMLESS =
      EnumSet.of(Finding.BE_TAKEN, Finding.CONNECT, Finding.CREATE_TEMPORARY_TABLES);

  /** Copies the set. */
  public RolePrivileges {
    Objects.requireNonNull(role, "role");
    may = Set.copyOf(may);
  }

  /** One thing that a role may do. */
  public enum Finding {
    /** The login may act as it. */
    BE_TAKEN,
    /** Connect to this database. */
    CONNECT,
    /** Whatever it likes: it is a superuser. */
    EVERYTHING,
    /** See and change rows that row security keeps from others. */
    BYPASS_ROW_SECURITY,
    /** Create roles. */
    CREATE_ROLES,
    /** Create databases. */
    CREATE_DATABASES,
    /** Start replication, and so read everything. */
    REPLICATE,
    /** Create schemas in this database. */
    CREATE_SCHEMAS,
    /** Create temporary tables. */
    CREATE_TEMPORARY_TABLES,
    /** Create objects in a schema that is not the system's. */
    CREATE_IN_SCHEMAS,
    /** Change rows of a table. */
    WRITE_TABLES,
    /** A try to create a table in its first schema went well; it was rolled back. */
    CREATED_A_TABLE
  }

  /** Whether it exists for the login, and may change nothing that lasts. */
  public boolean isReadOnly() {
    return may.contains(Finding.BE_TAKEN) && HARMLESS.containsAll(may);
  }

  /** In one sentence. */
  @Override
  public String toString() {
    String list =
        may.stream()
            .sorted()
            .map(one -> one.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '))
            .collect(Collectors.joining(", "));
    return "role '%s' may %s; it reads %d tables and writes %d"
        .formatted(role, list.isEmpty() ? "nothing" : list, readableTables, writableTables);
  }
}
