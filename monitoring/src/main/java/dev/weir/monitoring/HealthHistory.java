package dev.weir.monitoring;

import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * How a monitor's health came to be what it is. Immutable.
 *
 * @param since when its status was last settled; when watching began if it never was
 * @param hasBeenUp whether it has been up or degraded since the start
 * @param unsettled what its last findings say that are too few to count, such as {@code DOWN, 1 of
 *     2}; empty if there is no such thing
 * @param changes its last changes, at most {@value #KEPT}, the oldest first
 */
public record HealthHistory(
    Instant since, boolean hasBeenUp, String unsettled, List<HealthChange> changes) {

  /** Changes that are remembered of each monitor. */
  public static final int KEPT = 16;

  /** Copies the list. */
  public HealthHistory {
    Objects.requireNonNull(since, "since");
    Objects.requireNonNull(unsettled, "unsettled");
    changes = List.copyOf(changes);
  }
}
