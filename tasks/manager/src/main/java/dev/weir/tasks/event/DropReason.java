package dev.weir.tasks.event;

/** Why a subscriber was not given an event that was published to it. */
public enum DropReason {
  /** Its queue was full, and its policy is to drop what comes. */
  QUEUE_FULL,
  /** Its queue was full, and a newer event took the place. */
  DISPLACED,
  /** Its queue stayed full for as long as the publisher could wait. */
  NO_ROOM_IN_TIME,
  /** The publisher's deadline passed before its turn came. */
  EXPIRED,
  /** It failed so often of late that it is left in peace for a while. */
  ISOLATED,
  /** Its key function threw. */
  NO_KEY,
  /** It was unsubscribed before its turn came. */
  UNSUBSCRIBED,
  /** The bus closed before its turn came. */
  SHUTDOWN
}
