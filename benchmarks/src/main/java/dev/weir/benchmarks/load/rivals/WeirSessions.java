package dev.weir.benchmarks.load.rivals;

import dev.weir.Weir;
import dev.weir.pool.Access;

/** A whole Weir, entered by {@code useSession} with an access. */
record WeirSessions(String name, Weir weir, Access access) implements Lender {

  @Override
  public String settings() {
    return "%s, pool.max=%d, lanes %s"
        .formatted(access, weir.config().pool().max(), weir.config().lanes());
  }

  @Override
  public void lend(Work work) throws Exception {
    weir.connections().<Exception>useSession(access, work::with);
  }

  @Override
  public void close() {
    weir.close();
  }
}
