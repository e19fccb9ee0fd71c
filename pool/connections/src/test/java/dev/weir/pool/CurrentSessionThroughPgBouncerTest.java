package dev.weir.pool;

import dev.weir.testkit.TestDatabase;

class CurrentSessionThroughPgBouncerTest extends CurrentSessionTest {

  @Override
  Pools pools(TestDatabase database, int max) {
    return Pools.throughPgBouncer(database, max);
  }

  @Override
  boolean keepsItsProcess() {
    return false;
  }
}
