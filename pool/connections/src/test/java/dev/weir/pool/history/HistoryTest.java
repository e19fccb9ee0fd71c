package dev.weir.pool.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.PoolConfig;
import dev.weir.pool.Access;
import dev.weir.pool.ConnectionSettings;
import dev.weir.pool.Pools;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.pool.UnknownOutcomeException;
import dev.weir.pool.history.History.Append;
import dev.weir.pool.history.History.Entry;
import dev.weir.pool.history.History.Told;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.PostgresServer;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.MessagePattern;
import dev.weir.testkit.wire.MessageType;
import dev.weir.testkit.wire.ProxyRule;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Clients append to lists, two at a time, while server and network fail: what they were told must
 * be what is there. Longer with {@code -Dweir.history=60}, in seconds; again with {@code
 * -Dweir.history.seed}.
 */
@Tag("faults")
class HistoryTest {

  private static final int KEYS = 5;
  private static final int CLIENTS = 12;
  private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("weir.history", 10));
  private static final long SEED = Long.getLong("weir.history.seed", System.nanoTime());
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static PostgresServer server;

  private final History history = new History();
  private final AtomicLong values = new AtomicLong();
  private final Map<Fault, Integer> struck = new EnumMap<>(Fault.class);
  private TestDatabase database;
  private TcpProxy proxy;
  private volatile boolean over;

  @BeforeAll
  static void start() {
    server = PostgresServer.builder().durable().setting("deadlock_timeout", "50ms").start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() throws SQLException {
    database = server.freshDatabase();
    proxy = TcpProxy.toPostgres(server.host(), server.port());
    try (Connection c = database.dataSource().getConnection()) {
      Pools.run(c, "CREATE TABLE list (key int PRIMARY KEY, entries bigint[] NOT NULL)");
      Pools.run(c, "INSERT INTO list SELECT k, '{}' FROM generate_series(1, " + KEYS + ") AS k");
    }
  }

  @AfterEach
  void close() {
    proxy.close();
  }

  private ConnectionSettings settings() {
    ConnectionSettings usual = Pools.through(proxy, database, 8);
    return new ConnectionSettings(
        usual.postgres().connectTimeout(Duration.ofSeconds(3)),
        new PoolConfig(0, 8, Duration.ofSeconds(5)),
        usual.lanes(),
        usual.redis(),
        null);
  }

  /** How a client asks, and what it makes of the answer. */
  private interface Client {
    Told append(UnifiedConnectionManager connections, Append append, Tries tries)
        throws SQLException;
  }

  /** What a client remembers of its tries: how many there were, and what the last one saw. */
  private static final class Tries {
    private final Map<Integer, List<Long>> seen = new HashMap<>();
    private int number;

    void begin() {
      number++;
      seen.clear();
    }
  }

  @Test
  void of_transactions_under_faults_is_what_the_clients_were_told() throws Exception {
    System.out.printf("History: seed %d, faults for %s%n", SEED, TIME);
    ProxyRule deadlocks = proxy.count(refusedWith("40P01"));
    ProxyRule conflicts = proxy.count(refusedWith("40001"));
    run(HistoryTest::asMeant, new Random(SEED));
    List<String> wrong = history.check(lists());
    FaultLog.note(
        "cuts, kills, deadlocks and conflicts for %s under a history that is checked"
            .formatted(TIME),
        "acknowledged %,d, failed %,d, unknown %,d, contradictions %d; %s, %,d deadlocks, %,d serialization failures",
        history.count(Told.COMMITTED),
        history.count(Told.FAILED),
        history.count(Told.UNKNOWN),
        wrong.size(),
        struck,
        deadlocks.times(),
        conflicts.times());
    assertThat(wrong).as("seed " + SEED).isEmpty();
    assertThat(struck).as("each fault has struck").containsOnlyKeys(Fault.values());
    assertThat(deadlocks.times()).as("deadlocks").isPositive();
    assertThat(conflicts.times()).as("serialization failures").isPositive();
    assertThat(history.count(Told.UNKNOWN)).as("unknown outcomes").isPositive();
    assertThat(history.count(Told.COMMITTED)).isGreaterThan(50L * Fault.values().length);
  }

  private static MessagePattern refusedWith(String state) {
    return MessagePattern.of(MessageType.ERROR_RESPONSE)
        .where(state, message -> message.text().startsWith(state));
  }

  /** The checker's own test: this client does what nobody may do. */
  @Test
  void of_a_client_that_tries_again_after_a_lost_answer_has_contradictions() throws Exception {
    try (Pools pools = Pools.open(settings())) {
      for (int i = 0; i < 3; i++) {
        var append = new Append(0, values.incrementAndGet(), List.of(1, 2));
        proxy.cutBefore(MessagePattern.committed());
        var tries = new Tries();
        Told told = Told.UNKNOWN;
        while (told == Told.UNKNOWN) {
          told = asMeant(pools.manager(), append, tries);
        }
        history.add(new Entry(append, tries.number, told, tries.seen));
      }
    }
    assertThat(history.check(lists()))
        .isNotEmpty()
        .allMatch(it -> it.contains("after 2 tries, but it is 2 times in list"));
  }

  private static Told asMeant(UnifiedConnectionManager connections, Append append, Tries tries)
      throws SQLException {
    try {
      connections.useTransaction(
          access(append.value()),
          c -> {
            tries.begin();
            for (int key : append.keys()) {
              tries.seen.put(key, append(c, key, append.value()));
            }
          });
      return Told.COMMITTED;
    } catch (UnknownOutcomeException unknown) {
      return Told.UNKNOWN;
    } catch (SQLException | RuntimeException failed) {
      return Told.FAILED;
    }
  }

  /** Every other one can be found out, and every third is in a hurry. */
  private static Access access(long value) {
    Access usual = Access.readWrite().repeatableRead().attempts(5);
    Access resolvable = value % 2 == 0 ? usual.resolvable() : usual;
    return value % 3 == 0 ? resolvable.deadline(Duration.ofMillis(700)) : resolvable;
  }

  private static List<Long> append(Connection c, int key, long value) throws SQLException {
    try (PreparedStatement update =
        c.prepareStatement(
            "UPDATE list SET entries = entries || ? WHERE key = ? RETURNING entries")) {
      update.setLong(1, value);
      update.setInt(2, key);
      try (ResultSet row = update.executeQuery()) {
        row.next();
        return List.of((Long[]) row.getArray(1).getArray());
      }
    }
  }

  private void run(Client client, Random random) throws Exception {
    try (Pools pools = Pools.open(settings());
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int number = i;
        long seed = random.nextLong();
        clients.add(
            threads.submit(() -> appendOn(pools.manager(), client, number, new Random(seed))));
      }
      try {
        long end = System.nanoTime() + TIME.toNanos();
        do {
          strikeEachOnce(random);
        } while (System.nanoTime() < end);
      } finally {
        over = true;
      }
      for (Future<?> one : clients) {
        one.get();
      }
    }
  }

  private boolean appendOn(
      UnifiedConnectionManager connections, Client client, int number, Random random)
      throws SQLException {
    while (!over) {
      int first = 1 + random.nextInt(KEYS);
      int second = 1 + (first + random.nextInt(KEYS - 1)) % KEYS;
      // In either order, so that some wait for each other.
      var append = new Append(number, values.incrementAndGet(), List.of(first, second));
      var tries = new Tries();
      Told told = client.append(connections, append, tries);
      history.add(new Entry(append, tries.number, told, Map.copyOf(tries.seen)));
    }
    return true;
  }

  /** What fails; deadlocks and serialization failures are the clients' own. */
  private enum Fault {
    KILL,
    PAUSE,
    TERMINATE,
    CUT,
    LOST_COMMIT,
    LOST_BEHIND_COMMIT,
    LOST_ANSWER
  }

  private void strikeEachOnce(Random random) throws SQLException {
    List<Fault> order = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(order, random);
    for (Fault fault : order) {
      long before = history.count(Told.COMMITTED);
      strike(fault);
      struck.merge(fault, 1, Integer::sum);
      Await.until(
          PATIENCE,
          "work goes on after " + fault,
          () -> history.count(Told.COMMITTED) > before + 50);
    }
  }

  private void strike(Fault fault) throws SQLException {
    switch (fault) {
      case KILL -> {
        server.kill();
        server.restart();
      }
      case PAUSE -> pauseUntilSomebodyGivesUp();
      case TERMINATE -> terminateAll();
      case CUT -> proxy.cut();
      case LOST_COMMIT -> proxy.cutBefore(MessagePattern.commit()).await(PATIENCE);
      case LOST_BEHIND_COMMIT -> proxy.cutAfter(MessagePattern.commit()).await(PATIENCE);
      case LOST_ANSWER -> loseAnswersUntilOneIsUnknown();
    }
  }

  private void pauseUntilSomebodyGivesUp() {
    server.pause();
    try {
      long before = history.count(Told.FAILED) + history.count(Told.UNKNOWN);
      Await.until(
          PATIENCE,
          "who is in a hurry hears that its time is over, though the server is frozen",
          () -> history.count(Told.FAILED) + history.count(Told.UNKNOWN) > before);
    } finally {
      server.resume();
    }
  }

  /** The one who is hit may be one that finds out. */
  private void loseAnswersUntilOneIsUnknown() {
    long before = history.count(Told.UNKNOWN);
    Await.until(
        PATIENCE,
        "an outcome is unknown",
        () -> {
          proxy.cutBefore(MessagePattern.committed()).await(PATIENCE);
          return history.count(Told.UNKNOWN) > before;
        });
  }

  private void terminateAll() throws SQLException {
    try (Connection c = database.dataSource().getConnection()) {
      Pools.run(
          c,
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
  }

  private Map<Integer, List<Long>> lists() throws SQLException {
    Map<Integer, List<Long>> lists = new HashMap<>();
    IntStream.rangeClosed(1, KEYS).forEach(key -> lists.put(key, List.of()));
    try (Connection c = database.dataSource().getConnection();
        var statement = c.createStatement();
        ResultSet rows = statement.executeQuery("SELECT key, entries FROM list")) {
      while (rows.next()) {
        lists.put(rows.getInt(1), List.of((Long[]) rows.getArray(2).getArray()));
      }
    }
    return lists;
  }
}
