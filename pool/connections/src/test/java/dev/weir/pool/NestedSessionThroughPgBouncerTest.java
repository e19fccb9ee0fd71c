package dev.weir.pool;

import dev.weir.testkit.TestDatabase;

class NestedSessionThroughPgBouncerTest extends NestedSessionTest {

  @Override
  Pools pools(TestDatabase database, int max) {
    return Pools.throughPgBouncer(database, max);
  }

  @Override
  boolean keepsItsProcess() {
    return false;
  }
}
