package dev.weir.pool.socket;

import org.jspecify.annotations.Nullable;

/** Whether a socket has to leave, and why. Safe for use by many threads. */
final class Leaving {

  private final Lifetimes lifetimes;
  private final Filler filler;

  Leaving(Lifetimes lifetimes, Filler filler) {
    this.lifetimes = lifetimes;
    this.filler = filler;
  }

  /** Why one that comes back leaves; null if it stays. */
  @Nullable Departure whenReturned(PhysicalConnection returned, int now) {
    if (returned.isGone()) {
      return Departure.LOST;
    }
    if (isExpired(returned, now)) {
      return Departure.AGED;
    }
    if (isTooMany()) {
      return Departure.SURPLUS;
    }
    return isToBeReplaced(returned) ? Departure.ROTATED : null;
  }

  /** Why one that is idle leaves, if it lives; null if it stays. */
  @Nullable Departure whenIdle(PhysicalConnection idle, int now) {
    if (isSpare(idle, now)) {
      return Departure.IDLE;
    }
    return isExpired(idle, now) ? Departure.AGED : null;
  }

  boolean isWorthALook(PhysicalConnection idle, int now) {
    return isSpare(idle, now) || isExpired(idle, now) || isDueForALook(idle, now);
  }

  boolean isDueForALook(PhysicalConnection idle, int now) {
    return now - idle.stamps().seenAlive >= Lifetimes.ticks(lifetimes.keepalive());
  }

  private static boolean isExpired(PhysicalConnection connection, int now) {
    return now - connection.stamps().expiry >= 0;
  }

  private boolean isSpare(PhysicalConnection idle, int now) {
    return now - idle.stamps().used >= Lifetimes.ticks(lifetimes.idle())
        && filler.total() > filler.size().min();
  }

  boolean isTooMany() {
    return filler.total() > filler.size().max();
  }

  boolean isToBeReplaced(PhysicalConnection connection) {
    return connection.stamps().login != filler.login() && filler.maySpare();
  }
}
