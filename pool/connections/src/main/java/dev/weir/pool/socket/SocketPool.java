package dev.weir.pool.socket;

import dev.weir.config.PoolConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.gate.Gate;
import dev.weir.tasks.SystemTasks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
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

  private static final int UPKEEP = Lifetimes.ticks(Duration.ofSeconds(5));

  private static final int LOGIN_LOOK = Lifetimes.ticks(Duration.ofSeconds(1));

  /** Idle for longer than this, in ticks, a socket is asked whether it lives before it is used. */
  private static final int TRUSTED_TICKS = 2;

  private static final RandomGenerator CHANCE = () -> ThreadLocalRandom.current().nextLong();

  private static final Duration VALIDATION = Duration.ofSeconds(2);

  private final Gate gate;
  private final SystemTasks system;
  private final Filler filler;
  private final Connector connector;
  private final Lifetimes lifetimes;
  private final Leaving leaving;
  private final RandomGenerator chance;
  private final Slots slots;
  private final IdleSockets idle;
  private final ScheduledFuture<?> clock;
  private final AtomicBoolean upkeeping = new AtomicBoolean();
  private final Epochs epochs = new Epochs();
  private final Fence fence = new Fence();
  private final LongAdder opened = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final Departures departures = new Departures();

  private volatile int now;
  private volatile boolean closed;

  SocketPool(Filler.Parts parts, Lifetimes lifetimes, Gate gate, SystemTasks system) {
    this.gate = gate;
    this.system = system;
    this.lifetimes = lifetimes;
    this.connector = parts.connector();
    this.chance = parts.chance();
    this.slots = new Slots(parts.size().max());
    this.idle = new IdleSockets(slots, gate, this::remove);
    this.filler = new Filler(parts, gate, system, this::add);
    this.leaving = new Leaving(lifetimes, filler);
    this.clock =
        system
            .timer()
            .scheduleAtFixedRate(
                this::tick,
                Lifetimes.TICK.toMillis(),
                Lifetimes.TICK.toMillis(),
                TimeUnit.MILLISECONDS);
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
    PhysicalConnection first = source.first(size.max());
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
    Stamps stamps = connection.stamps();
    stamps.expiry = now + lifetimes.randomAge(chance);
    stamps.opened = now;
    stamps.used = now;
    stamps.seenAlive = now;
    epochs.trust(connection);
    fence.opened(connection);
    opened.increment();
    slots.add(connection);
    if (closed) { // and close() may not have seen it
      connection.abort();
    }
    slots.free(connection);
    gate.addSupply();
    if (filler.login() > 0) {
      replaceOld();
    }
  }

  @Override
  public @Nullable PhysicalConnection borrow(ServerGuards guards) throws SQLException {
    PhysicalConnection connection = slots.claim(guards);
    Stamps stamps = connection.stamps();
    boolean doubtful = epochs.isDoubtful(connection) || now - stamps.seenAlive > TRUSTED_TICKS;
    if (!doubtful) {
      return connection;
    }
    if (connection.isAlive(VALIDATION)) {
      stamps.seenAlive = now;
      epochs.trust(connection);
      return connection;
    }
    lost(connection, true);
    throwAway(connection, Departure.LOST);
    return null;
  }

  /**
   * Makes all that were opened before it doubtful. If it was not the first of them, or was found
   * dead when it was asked, those that are idle were most likely lost with it.
   */
  private void lost(PhysicalConnection connection, boolean asked) {
    lost.increment();
    boolean again = epochs.lost(connection);
    if (asked || again) {
      idle.remove(epochs::isDoubtful, Departure.DOUBTFUL);
    }
  }

  @Override
  public void giveBack(PhysicalConnection connection) {
    Stamps stamps = connection.stamps();
    Departure why = leaving.whenReturned(connection, now);
    if (why != null) {
      discard(connection, why);
      return;
    }
    stamps.used = now;
    stamps.seenAlive = now;
    fence.returned(connection);
    slots.free(connection);
  }

  @Override
  public void refusedWrite(PhysicalConnection borrowed) {
    if (fence.refused(borrowed, now)) {
      filler.outdated();
      replaceOld();
    }
  }

  @Override
  public boolean isStandby() {
    return fence.isStandby();
  }

  @Override
  public void discard(PhysicalConnection connection) {
    discard(connection, Departure.LOST);
  }

  private void discard(PhysicalConnection connection, Departure why) {
    if (connection.isLost()) {
      lost(connection, false);
    }
    throwAway(connection, why);
  }

  private void throwAway(PhysicalConnection connection, Departure why) {
    gate.loseSupply();
    remove(connection, why);
  }

  /** Never waits, and closes none that is in use: those go when they come back. */
  @Override
  public void resize(PoolConfig size) {
    slots.grow(size.max());
    filler.resize(size);
    idle.remove(_ -> leaving.isTooMany(), Departure.SURPLUS);
  }

  @Override
  public void hold() {
    filler.hold();
    idle.remove(_ -> true, Departure.PAUSED);
  }

  @Override
  public void release() {
    filler.release();
  }

  @Override
  public boolean renewBeside() throws SQLException {
    SQLException last = connector.lastFailure();
    // A refused login may lock the account; a certificate may be tried as often as one likes.
    boolean may = last == null || ConnectTrouble.of(last) == ConnectTrouble.TLS;
    if (!may && filler.isPausing() && !connector.isLoginChanged()) {
      throw last;
    }
    Filler.Attempt place = filler.claimBeside();
    if (place == null) {
      return false;
    }
    renewed(filler.open(place));
    return true;
  }

  @Override
  public void renewInstead(PhysicalConnection borrowed) throws SQLException {
    gate.loseSupply();
    slots.remove(borrowed);
    departures.count(Departure.ROTATED);
    borrowed.leave();
    renewed(filler.open(filler.claimInstead()));
  }

  private void renewed(PhysicalConnection fresh) {
    filler.renewed(fresh);
    add(fresh);
  }

  private void replaceOld() {
    idle.remove(leaving::isToBeReplaced, Departure.ROTATED);
  }

  @Override
  public void dedicate(PhysicalConnection connection) throws SQLException {
    connection.preamble().wants(ServerGuards.NONE);
    connection.tellGuards();
    gate.loseSupply();
    slots.remove(connection);
    filler.kept();
  }

  @Override
  public void retire(PhysicalConnection connection) {
    if (connection.isLost()) {
      lost(connection, false);
    }
    connection.abort();
    filler.lostKept();
  }

  private void remove(PhysicalConnection connection, Departure why) {
    departures.count(why);
    slots.remove(connection);
    try {
      system.submit("weir-disconnect", connection::leave);
    } catch (AdmissionRejectedException ending) {
      connection.abort();
    }
    filler.lost();
  }

  /** On the timer: counts, and hands what may block to a system task. */
  private void tick() {
    int time = now + 1;
    now = time;
    filler.tick();
    if (closed) {
      return;
    }
    if (time % UPKEEP == 0) {
      begin("weir-upkeep", this::upkeep);
    }
    if (time % LOGIN_LOOK == 0 && filler.isRefused()) {
      begin("weir-login", this::lookAtLogin);
    }
  }

  private void begin(String name, Callable<Boolean> work) {
    try {
      system.submit(name, work);
    } catch (AdmissionRejectedException ending) {
      // the next thing that happens here is close()
    }
  }

  /** Its file or callback may give another password by now. */
  private boolean lookAtLogin() {
    boolean changed = connector.isLoginChanged();
    if (changed) {
      filler.loginChanged();
    }
    return changed;
  }

  /** One at a time: two would both count as spare what only one may close. */
  private boolean upkeep() {
    if (!upkeeping.compareAndSet(false, true)) {
      return false;
    }
    try {
      replaceOld();
      idle.look(one -> leaving.isWorthALook(one, now), this::afterALook);
      filler.fill();
    } finally {
      upkeeping.set(false);
    }
    return true;
  }

  private @Nullable Departure afterALook(PhysicalConnection connection) {
    Departure why = leaving.whenIdle(connection, now);
    if (why != null || !leaving.isDueForALook(connection, now)) {
      return why;
    }
    if (!connection.isAlive(VALIDATION)) {
      lost.increment();
      var _ = epochs.lost(connection);
      return Departure.LOST;
    }
    connection.stamps().seenAlive = now;
    epochs.trust(connection);
    return null;
  }

  @Override
  public int epoch() {
    return epochs.present();
  }

  @Override
  public Wear wear() {
    return Wear.of(
        slots, now, new Wear.Ever(opened.sum(), lost.sum(), departures.all(), epochs.present()));
  }

  @Override
  public @Nullable SQLException lastConnectFailure() {
    return connector.lastFailure();
  }

  @Override
  public List<PhysicalConnection> borrowed() {
    return slots.borrowed();
  }

  @Override
  public int connections() {
    return slots.count(_ -> true) + filler.keeps();
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
    slots.endAll();
  }
}
