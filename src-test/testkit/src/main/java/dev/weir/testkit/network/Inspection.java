package dev.weir.testkit.network;

import dev.weir.testkit.wire.Direction;

/** What looks at the bytes of one connection before they are delivered. */
@FunctionalInterface
public interface Inspection {
  /** Lets everything through unseen. */
  Inspection NONE = (_, outlet) -> outlet;

  /** What stands before this outlet. */
  Outlet before(Direction direction, Outlet outlet);
}
