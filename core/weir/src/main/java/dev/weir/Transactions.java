package dev.weir;

import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.spi.CommitHook;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The transaction that a thread is in, for events: they are opened before the pool. */
final class Transactions implements CommitHook {

  private volatile @Nullable UnifiedConnectionManager connections;

  void of(UnifiedConnectionManager connections) {
    this.connections = connections;
  }

  @Override
  public void afterCommit(Runnable work) {
    Objects.requireNonNull(connections, "connections").current().afterCommit(work::run);
  }
}
