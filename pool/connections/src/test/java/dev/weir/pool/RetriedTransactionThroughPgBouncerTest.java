package dev.weir.pool;

import dev.weir.testkit.TestDatabase;

class RetriedTransactionThroughPgBouncerTest extends RetriedTransactionTest {

  RetriedTransactionThroughPgBouncerTest(TestDatabase database) {
    super(database);
  }

  @Override
  Pools pools(TestDatabase database, int max) {
    return Pools.throughPgBouncer(database, max);
  }
}
