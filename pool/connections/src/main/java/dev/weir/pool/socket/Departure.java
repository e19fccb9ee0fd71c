package dev.weir.pool.socket;

/** Why a socket has left its pool. */
public enum Departure {
  /** It broke in use, was cut by us, or was found dead. */
  LOST,
  /** Others were lost, so that it most likely was too. */
  DOUBTFUL,
  /** It was open for as long as one may be. */
  AGED,
  /** Nobody needed it, and there were more than the pool keeps. */
  IDLE,
  /** The pool became smaller. */
  SURPLUS,
  /** Its login is an old one. */
  ROTATED,
  /** The pool was paused. */
  PAUSED
}
