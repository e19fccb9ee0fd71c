package dev.weir.pool;

import dev.weir.testkit.TestDatabase;

class SessionThroughPgBouncerTest extends SessionTest {

  @Override
  Pools pools(TestDatabase database, int max) {
    return Pools.throughPgBouncer(database, max);
  }
}
