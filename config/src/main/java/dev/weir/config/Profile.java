package dev.weir.config;

import java.util.Locale;

/**
 * What the service is started for; it decides the defaults that depend on it. Chosen by {@code
 * WEIR_PROFILE} or {@code weir.profile}; without either, {@link #DEVELOPMENT}.
 */
public enum Profile {
  /** On a developer's machine: 4 to 16 connections. */
  DEVELOPMENT(4, 16),
  /** In automated tests: 2 to 8 connections. */
  TEST(2, 8),
  /** Serving users: 8 to 32 connections. */
  PRODUCTION(8, 32);

  private final int poolMin;
  private final int poolMax;

  Profile(int poolMin, int poolMax) {
    this.poolMin = poolMin;
    this.poolMax = poolMax;
  }

  /** The pool of this profile. */
  public PoolConfig pool() {
    return new PoolConfig(poolMin, poolMax, PoolConfig.DEFAULT_MAX_WAIT);
  }

  /** The name as it is written in settings: lower case. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
