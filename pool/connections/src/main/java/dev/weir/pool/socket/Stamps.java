package dev.weir.pool.socket;

/** When what happened to a socket, in ticks of its pool; written by whoever holds it. */
final class Stamps {

  /** It was opened. */
  int opened;

  /** It leaves when this has come. */
  int expiry;

  /** It was given back last. */
  int used;

  /** It was known to be alive last. */
  int seenAlive;

  /** Of which login it is; no time, but a number. */
  int login;

  /** In which epoch it was opened or was last found alive; likewise. */
  int epoch;
}
