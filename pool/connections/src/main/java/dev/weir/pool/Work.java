package dev.weir.pool;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/**
 * What a caller does with a borrowed connection, with a result.
 *
 * <p>The connection is valid until the lambda returns. A lambda that throws two unrelated checked
 * exceptions makes the compiler infer {@code Exception}: keep it to one.
 *
 * @param <R> the result
 * @param <X> what it may throw; it reaches the caller untouched
 */
@FunctionalInterface
public interface Work<R extends @Nullable Object, X extends Throwable> {
  /** Does the work. */
  R with(Connection connection) throws X;
}
