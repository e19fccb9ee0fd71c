package dev.weir;

import dev.weir.monitoring.Health;
import dev.weir.monitoring.HealthMonitor;
import java.util.concurrent.atomic.AtomicInteger;

/** A service's own monitor, as a user would write one. */
record Licence(AtomicInteger asked) implements HealthMonitor {

  @Override
  public String name() {
    return "licence";
  }

  @Override
  public Kind kind() {
    return Kind.INFORMATIONAL;
  }

  @Override
  public Health check() {
    asked.incrementAndGet();
    return Health.up(name());
  }
}
