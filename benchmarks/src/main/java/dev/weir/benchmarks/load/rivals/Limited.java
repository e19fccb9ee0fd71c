package dev.weir.benchmarks.load.rivals;

import dev.weir.Weir;
import dev.weir.benchmarks.Connections;
import dev.weir.config.AdaptConfig;
import dev.weir.config.WeirConfig;
import dev.weir.pool.Adjustment;
import dev.weir.testkit.PostgresServer;
import java.util.List;

/** A whole Weir whose limit is seen, and set or left to itself. */
public final class Limited implements Lender {

  private final Weir weir;
  private final String name;

  private Limited(Weir weir, String name) {
    this.weir = weir;
    this.name = name;
  }

  /** One that lets in as many as it has connections. */
  public static Limited fixed(PostgresServer server, int connections) {
    return new Limited(Weir.start(Connections.weir(server, connections)), "Weir, fixed");
  }

  /**
   * One that begins with this limit and may go up to so many connections, and as far down as it
   * likes.
   */
  public static Limited adaptive(PostgresServer server, int from, int connections) {
    WeirConfig config = Connections.weir(server, Math.min(from, connections));
    AdaptConfig adapt = AdaptConfig.off().limit(AdaptConfig.Mode.ON);
    Weir weir = Weir.start(config.pool(config.pool().min(0).adapt(adapt)));
    weir.connections().resize(0, connections);
    return new Limited(weir, "Weir, adaptive");
  }

  /** So many connections, and callers let in, from now on. */
  public void resize(int connections) {
    weir.connections().resize(connections, connections);
  }

  /** Callers let in now. */
  public int limit() {
    return weir.connections().snapshot().gate().limit();
  }

  /** What it says of itself. */
  public List<Adjustment> advice() {
    return weir.connections().advice();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String settings() {
    return "pool.max=%d, pool.adapt.limit=%s, lanes.admin.reserved=0"
        .formatted(weir.config().pool().max(), weir.config().pool().adapt().limit());
  }

  @Override
  public void lend(Work work) throws Exception {
    weir.connections().<Exception>useSession(work::with);
  }

  @Override
  public void close() {
    weir.close();
  }
}
