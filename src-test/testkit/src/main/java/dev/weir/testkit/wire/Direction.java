package dev.weir.testkit.wire;

/** One of the two ways through a proxy. Immutable, so safe for any thread. */
public enum Direction {
  /** What the client says. */
  TO_SERVER,
  /** What the server says. */
  TO_CLIENT;

  @Override
  public String toString() {
    return this == TO_SERVER ? "to the server" : "to the client";
  }
}
