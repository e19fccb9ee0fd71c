package dev.weir.tasks.event;

import org.jspecify.annotations.Nullable;

/**
 * An event in a queue, with what goes with it. Most events have nothing to go with them and stand
 * in the queue as they are.
 *
 * @param receipt where somebody waits to hear what became of it
 */
record Parcel(Object event, Luggage luggage, Receipts.@Nullable Receipt receipt) {

  static Object of(Object event, Luggage luggage) {
    return luggage.equals(Luggage.NONE) ? event : new Parcel(event, luggage, null);
  }

  static Object eventIn(Object item) {
    return item instanceof Parcel parcel ? parcel.event : item;
  }

  static Receipts.@Nullable Receipt receiptIn(Object item) {
    return item instanceof Parcel parcel ? parcel.receipt : null;
  }
}
