package dev.weir.pool.socket;

import dev.weir.config.PoolConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Gate;
import dev.weir.tasks.SystemTasks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The sockets to one node, behind a gate that has a permit for each and no more: so who comes here
 * finds one, and nobody ever waits.
 *
 * <p>The rule that makes it so: a socket is free before its permit is given back, and supplied to
 * the gate only when it stands here; whoever takes an idle one away takes its supply from the gate
 * first.
 */
public final class SocketPool implements PhysicalPool {

  /** How often the coarse clock ticks: the borrow path must not read a real one. */
  private static final Duration TICK = Duration.ofMillis(250);

  private static final Duration UPKEEP = Duration.ofSeconds(5);

  /** Idle for longer than this, in ticks, a socket is asked whether it lives before it is used. */
  private static final int TRUSTED_TICKS = 2;

  private static final RandomGenerator CHANCE = () -> ThreadLocalRandom.current().nextLong();

  private static final Duration VALIDATION = Duration.ofSeconds(2);

  private final Gate gate;
  private final SystemTasks system;
  private final Filler filler;
  private final Connector connector;
  private final Lifetimes lifetimes;
  private final RandomGenerator chance;
  private final Slots slots;
  private final ScheduledFuture<?> clock;
  private final AtomicBoolean upkeeping = new AtomicBoolean();
  private volatile int now;
  private volatile boolean closed;

  SocketPool(Filler.Parts parts, Lifetimes lifetimes, Gate gate, SystemTasks system) {
    this.gate = gate;
    this.system = system;
    this.lifetimes = lifetimes;
    this.connector = parts.connector();
    this.chance = parts.chance();
    this.slots = new Slots(parts.size().max());
    this.filler = new Filler(parts, gate, system, this::add);
    this.clock =
        system
            .timer()
            .scheduleAtFixedRate(
                this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * When sockets leave although nothing is wrong with them.
   *
   * @param idle unused for that long, above {@code pool.min}
   * @param age open for that long, or up to a fifth less, so that they do not leave together
   * @param keepalive unused for that long, they are asked whether they live
   */
  record Lifetimes(Duration idle, Duration age, Duration keepalive) {

    /** The usual values of HikariCP, which proved themselves. */
    static final Lifetimes USUAL =
        new Lifetimes(Duration.ofMinutes(10), Duration.ofMinutes(30), Duration.ofMinutes(2));

    private static int ticks(Duration duration) {
      return (int) Math.max(1, duration.dividedBy(TICK));
    }

    private int randomAge(RandomGenerator chance) {
      int usual = ticks(age);
      return usual - chance.nextInt(usual / 5 + 1);
    }
  }

  /**
   * Opens the first socket, to see that there is a server that fits; the others follow in the
   * background.
   *
   * @param source where they come from
   * @param size how many there are at least and at most
   * @param gate is told of each that can be used
   * @param system where they are opened, looked at and closed
   * @throws SQLException if the first cannot be had
   */
  public static SocketPool open(
      PostgresSource source, PoolConfig size, Gate gate, SystemTasks system) throws SQLException {
    PhysicalConnection first = source.first();
    var parts = new Filler.Parts(source, size, source.connectTimeout(), CHANCE);
    var pool = new SocketPool(parts, Lifetimes.USUAL, gate, system);
    pool.filler.adopted();
    pool.add(first);
    pool.filler.fill();
    return pool;
  }

  @Override
  public void demanded() {
    filler.demanded();
  }

  private void add(PhysicalConnection connection) {
    PhysicalConnection.Stamps stamps = connection.stamps();
    stamps.expiry = now + lifetimes.randomAge(chance);
    stamps.used = now;
    stamps.seenAlive = now;
    slots.add(connection);
    if (closed) { // and close() may not have seen it
      connection.abort();
    }
    slots.free(connection);
    gate.addSupply();
  }

  @Override
  public @Nullable PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    PhysicalConnection connection = slots.claim(guards);
    if (now - connection.stamps().seenAlive > TRUSTED_TICKS && !connection.isAlive(VALIDATION)) {
      discard(connection);
      // Those that stand idle beside a dead one were most likely lost with it.
      forEachIdle(_ -> true, _ -> false);
      return null;
    }
    return connection;
  }

  @Override
  public void giveBack(PhysicalConnection connection) {
    PhysicalConnection.Stamps stamps = connection.stamps();
    if (connection.isGone() || now - stamps.expiry >= 0) {
      discard(connection);
      return;
    }
    stamps.used = now;
    stamps.seenAlive = now;
    slots.free(connection);
  }

  @Override
  public void discard(PhysicalConnection connection) {
    gate.loseSupply();
    remove(connection);
  }

  private void remove(PhysicalConnection connection) {
    slots.remove(connection);
    try {
      system.submit("weir-disconnect", () -> end(connection));
    } catch (AdmissionRejectedException ending) {
      connection.abort();
    }
    filler.lost();
  }

  private static boolean end(PhysicalConnection connection) {
    if (connection.isGone()) {
      connection.abort();
    } else {
      connection.quit();
    }
    return true;
  }

  /** Takes each idle one of that kind out of use for the time of a look at it. */
  private void forEachIdle(
      Predicate<PhysicalConnection> kind, Predicate<PhysicalConnection> worthKeeping) {
    for (int i = 0; i < slots.length(); i++) {
      if (slots.isIdle(i, kind) && gate.tryTakeSupply()) {
        look(slots.claim(i), worthKeeping);
      }
    }
  }

  private void look(
      @Nullable PhysicalConnection claimed, Predicate<PhysicalConnection> worthKeeping) {
    if (claimed == null) {
      gate.addSupply();
    } else if (worthKeeping.test(claimed)) {
      slots.free(claimed);
      gate.addSupply();
    } else {
      remove(claimed);
    }
  }

  /** On the timer: counts, and hands what may block to a system task. */
  private void tick() {
    int time = now + 1;
    now = time;
    if (time % Lifetimes.ticks(UPKEEP) == 0 && !closed) {
      try {
        system.submit("weir-upkeep", this::upkeep);
      } catch (AdmissionRejectedException ending) {
        // the next thing that happens here is close()
      }
    }
  }

  /** One at a time: two would both count as spare what only one may close. */
  private boolean upkeep() {
    if (!upkeeping.compareAndSet(false, true)) {
      return false;
    }
    try {
      forEachIdle(
          one -> isSpare(one) || isExpired(one) || isDueForALook(one), this::isWorthKeeping);
      filler.fill();
    } finally {
      upkeeping.set(false);
    }
    return true;
  }

  private boolean isExpired(PhysicalConnection connection) {
    return now - connection.stamps().expiry >= 0;
  }

  private boolean isSpare(PhysicalConnection connection) {
    return now - connection.stamps().used >= Lifetimes.ticks(lifetimes.idle())
        && filler.total() > filler.least();
  }

  private boolean isDueForALook(PhysicalConnection connection) {
    return now - connection.stamps().seenAlive >= Lifetimes.ticks(lifetimes.keepalive());
  }

  private boolean isWorthKeeping(PhysicalConnection connection) {
    if (isSpare(connection) || isExpired(connection)) {
      return false;
    }
    boolean alive = !isDueForALook(connection) || connection.isAlive(VALIDATION);
    connection.stamps().seenAlive = now;
    return alive;
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return connector.lastFailure();
  }

  @Override
  public int connections() {
    return slots.count(_ -> true);
  }

  @Override
  public int idle() {
    return slots.count(PhysicalConnection::isIdle);
  }

  @Override
  public void close() {
    closed = true;
    clock.cancel(false);
    filler.close();
    slots.close();
    for (int i = 0; i < slots.length(); i++) {
      PhysicalConnection idle = slots.claim(i);
      PhysicalConnection any = slots.at(i);
      if (idle != null) {
        slots.remove(idle);
        idle.quit();
      } else if (any != null) {
        any.abort();
      }
    }
  }
}
