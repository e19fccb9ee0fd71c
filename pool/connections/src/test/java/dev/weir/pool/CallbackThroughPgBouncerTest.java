package dev.weir.pool;

import dev.weir.testkit.TestDatabase;

class CallbackThroughPgBouncerTest extends CallbackTest {

  @Override
  Pools pools(TestDatabase database, int max) {
    return Pools.throughPgBouncer(database, max);
  }
}
