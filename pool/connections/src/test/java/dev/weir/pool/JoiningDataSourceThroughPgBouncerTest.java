package dev.weir.pool;

import dev.weir.testkit.TestDatabase;

class JoiningDataSourceThroughPgBouncerTest extends JoiningDataSourceTest {

  @Override
  Pools pools(TestDatabase database, int max) {
    return Pools.throughPgBouncer(database, max);
  }
}
