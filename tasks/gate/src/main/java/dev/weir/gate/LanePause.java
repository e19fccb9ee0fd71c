package dev.weir.gate;

import java.util.Objects;

/**
 * A pause of a lane, from {@link Lane#pause} until it is closed. Safe for use by many threads;
 * closing twice is harmless.
 */
public final class LanePause implements AutoCloseable {

  final Lane lane;
  private final String why;

  LanePause(Lane lane, String why) {
    this.lane = lane;
    this.why = Objects.requireNonNull(why, "why");
  }

  /** The name of the lane. */
  public String laneName() {
    return lane.name();
  }

  /** Why it was made. */
  public String why() {
    return why;
  }

  /** Callers are admitted again, unless another pause of the lane goes on. */
  @Override
  public void close() {
    lane.resume(this);
  }
}
