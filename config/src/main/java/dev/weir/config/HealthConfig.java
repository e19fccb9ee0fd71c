package dev.weir.config;

import dev.weir.config.ConfigurationException.Problems;
import dev.weir.config.text.Conversions;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How often health is checked, how long a check may take, what its findings lead to, and whether
 * they are served by HTTP. Valid once it exists: all problems are told at once. Immutable.
 *
 * @param interval time from one check to the next ({@code health.interval})
 * @param timeout time a check may take, no longer than the interval ({@code health.timeout})
 * @param fall findings in a row that make a status worse ({@code health.fall})
 * @param rise findings in a row that make a status better ({@code health.rise})
 * @param readiness monitors that decide whether the service is ready; empty for those that say so
 *     themselves ({@code health.readiness})
 * @param pinned whether pinned virtual threads are looked for, by JFR ({@code health.pinned})
 * @param endpoint where health is served by HTTP ({@code health.endpoint.*})
 */
public record HealthConfig(
    Duration interval,
    Duration timeout,
    int fall,
    int rise,
    List<String> readiness,
    boolean pinned,
    Endpoint endpoint) {
  private static final int MOST_FINDINGS = 100;
  private static final int USUAL_FINDINGS = 2;

  /**
   * Health checks.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public HealthConfig {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(timeout, "timeout");
    readiness = List.copyOf(readiness);
    Objects.requireNonNull(endpoint, "endpoint");
    Problems problems = Problems.ofCode("health");
    check(problems, interval, timeout);
    checkCounts(problems, fall, rise);
    problems.throwIfAny();
  }

  /**
   * The usual checks at this interval.
   *
   * @throws ConfigurationException with every problem, if there is any
   */
  public HealthConfig(Duration interval, Duration timeout) {
    this(interval, timeout, USUAL_FINDINGS, USUAL_FINDINGS, List.of(), false, Endpoint.none());
  }

  /**
   * Every ten seconds, each check in two; two findings in a row change a status; no HTTP, no JFR.
   */
  public static HealthConfig defaults() {
    return new HealthConfig(Duration.ofSeconds(10), Duration.ofSeconds(2));
  }

  static void check(Problems problems, Duration interval, Duration timeout) {
    problems.unlessTime("interval", interval);
    problems.unlessTime("timeout", timeout);
    problems.unless(
        timeout.compareTo(interval) <= 0,
        "timeout",
        timeout,
        "must not be longer than health.interval (" + Conversions.show(interval) + ")",
        "interval");
  }

  static void checkCounts(Problems problems, int fall, int rise) {
    problems.unless(fall >= 1 && fall <= MOST_FINDINGS, "fall", fall, "must be 1 to 100");
    problems.unless(rise >= 1 && rise <= MOST_FINDINGS, "rise", rise, "must be 1 to 100");
  }

  /** The same with another interval. */
  public HealthConfig interval(Duration interval) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /** The same with another timeout. */
  public HealthConfig timeout(Duration timeout) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /** The same with another number of findings that make a status worse. */
  public HealthConfig fall(int fall) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /** The same with another number of findings that make a status better. */
  public HealthConfig rise(int rise) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /** The same with these monitors deciding whether the service is ready. */
  public HealthConfig readiness(List<String> readiness) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /** The same with pinned virtual threads looked for or not. */
  public HealthConfig pinned(boolean pinned) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /** The same served elsewhere, or not at all. */
  public HealthConfig endpoint(Endpoint endpoint) {
    return new HealthConfig(interval, timeout, fall, rise, readiness, pinned, endpoint);
  }

  /**
   * Where health is served by HTTP. Immutable.
   *
   * @param port the port, 0 for any that is free; null for no endpoint ({@code
   *     health.endpoint.port})
   * @param host the address or name to listen on ({@code health.endpoint.host})
   */
  public record Endpoint(@Nullable Integer port, String host) {
    private static final String LOOPBACK = "127.0.0.1";
    private static final int HIGHEST = 65_535;

    /**
     * An endpoint.
     *
     * @throws ConfigurationException with every problem, if there is any
     */
    public Endpoint {
      Objects.requireNonNull(host, "host");
      Problems problems = Problems.ofCode("health.endpoint");
      check(problems, port, host);
      problems.throwIfAny();
    }

    /** No endpoint; were there one, it would be seen from this machine alone. */
    public static Endpoint none() {
      return new Endpoint(null, LOOPBACK);
    }

    static void check(Problems problems, @Nullable Integer port, String host) {
      problems.unless(
          port == null || (port >= 0 && port <= HIGHEST), "port", port, "must be 0 to 65535");
      problems.unless(!host.isBlank(), "host", host, "must be an address or the name of one");
    }

    /** The same on another port. */
    public Endpoint port(@Nullable Integer port) {
      return new Endpoint(port, host);
    }

    /** The same on another address. */
    public Endpoint host(String host) {
      return new Endpoint(port, host);
    }
  }
}
