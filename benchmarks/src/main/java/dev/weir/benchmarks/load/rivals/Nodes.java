package dev.weir.benchmarks.load.rivals;

import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;

/**
 * Two servers, one of which can fall silent.
 *
 * @param healthy always answers
 * @param other answers through the proxy only
 * @param proxy in front of the other
 */
public record Nodes(PostgresServer healthy, PostgresServer other, TcpProxy proxy)
    implements AutoCloseable {

  /** With a proxy in front of the other. */
  public static Nodes start(PostgresServer healthy, PostgresServer other) {
    return new Nodes(healthy, other, TcpProxy.to(other.host(), other.port()));
  }

  /** Where clients find the other one. */
  public String otherUrl() {
    return "jdbc:postgresql://%s:%d/postgres".formatted(proxy.host(), proxy.port());
  }

  /** From now on the other keeps its connections and says nothing. */
  public void silence() {
    proxy.blackHole();
  }

  /** Ends that; whoever was in the middle of it is cut. */
  public void heal() {
    proxy.cut();
    proxy.heal();
  }

  @Override
  public void close() {
    proxy.close();
  }
}
