package dev.weir.monitoring.alert;

/** Where an alert stands. */
public enum AlertState {
  /** Nothing is wrong. */
  INACTIVE,
  /** Something is wrong, but not often or long enough. */
  PENDING,
  /** Somebody has been told. */
  FIRING,
  /** It was firing and is over. */
  RESOLVED;

  /** What the last looks say together, from best to worst. */
  enum Level {
    /** None of the last looks found it wrong. */
    NONE,
    /** Some did, but fewer than needed. */
    SOME,
    /** As many as needed did, but not for long enough. */
    ENOUGH,
    /** As many as needed did, for long enough. */
    MET
  }

  AlertState next(Level level) {
    return switch (level) {
      case NONE ->
          switch (this) {
            case INACTIVE, PENDING -> INACTIVE;
            case FIRING, RESOLVED -> RESOLVED;
          };
      case SOME -> this == FIRING ? RESOLVED : PENDING;
      case ENOUGH -> this == FIRING ? FIRING : PENDING;
      case MET -> FIRING;
    };
  }
}
