package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Deadline;
import dev.weir.testkit.Await;
import dev.weir.testkit.FaultLog;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TcpProxy;
import dev.weir.testkit.TestDatabase;
import dev.weir.testkit.wire.Direction;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What arrives in the server's name is not what it said. */
@RealServers
@Tag("faults")
class GarbageTest {

  private static final long SEED = 20_261_129;

  /** More by flag: -Dweir.garbage=300. */
  private static final int TIMES = Integer.getInteger("weir.garbage", 10);

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration BRIEF = Duration.ofMillis(500);

  private final TcpProxy proxy;
  private final Pools pools;
  private final Random random = new Random(SEED);

  GarbageTest(TestDatabase database) {
    proxy = TcpProxy.to(database.server().host(), database.server().port());
    pools = Pools.open(Pools.through(proxy, database, 1));
  }

  @AfterEach
  void close() {
    pools.close();
    proxy.close();
  }

  /**
   * A length beyond all reason, text of another protocol, zeros, or noise: never a whole message.
   */
  private byte[] garbage(int round) {
    return switch (round % 5) {
      case 0 -> "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
      case 1 -> new byte[64];
      case 2 -> new byte[] {'D', 0x7f, -1, -1, -1, 0x7f, -1};
      case 3 -> new byte[] {'E', 0, 0, 1, 0, 'S'};
      default -> noise();
    };
  }

  private byte[] noise() {
    byte[] noise = new byte[1 + random.nextInt(200)];
    random.nextBytes(noise);
    noise[0] = (byte) (0x80 | noise[0]); // the type of no message
    return noise;
  }

  @Test
  void fails_the_call_alone_and_its_socket_goes() {
    int failed = 0;
    int wrong = 0;
    for (int round = 0; round < TIMES; round++) {
      Await.until(PATIENCE, "it works", this::works);
      int asked = round;
      var rule = proxy.inject(Direction.TO_CLIENT, garbage(round));
      try {
        int answer =
            Deadline.within(
                BRIEF, () -> pools.manager().withSession(c -> Pools.one(c, "select " + asked)));
        wrong += answer == asked ? 0 : 1;
      } catch (SQLException typed) {
        failed++;
      }
      rule.await(PATIENCE);
      assertThat(pools.manager().snapshot().gate().inUse()).isZero();
    }
    FaultLog.note(
        "garbage in the server's name",
        "%d times (seed %d): %d calls failed with an SQLException, wrong answers %d, connections lost %d",
        TIMES,
        SEED,
        failed,
        wrong,
        pools.manager().snapshot().wear().lost());
    assertThat(failed).isEqualTo(TIMES);
    assertThat(wrong).isZero();
    Await.until(PATIENCE, "it works", this::works);
  }

  private boolean works() {
    try {
      return pools.manager().<Integer, SQLException>withSession(c -> Pools.one(c, "select 7")) == 7;
    } catch (SQLException | RuntimeException notYet) {
      return false;
    }
  }
}
