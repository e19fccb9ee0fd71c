package dev.weir.pool;

import java.sql.Connection;

/**
 * What a caller does with a borrowed connection, without a result. See {@link Work}.
 *
 * @param <X> what it may throw; it reaches the caller untouched
 */
@FunctionalInterface
public interface VoidWork<X extends Throwable> {
  /** Does the work. */
  void use(Connection connection) throws X;
}
