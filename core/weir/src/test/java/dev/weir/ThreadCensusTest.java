package dev.weir;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.RealServers;
import dev.weir.testkit.RedisServer;
import dev.weir.testkit.TestDatabase;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

@RealServers
class ThreadCensusTest {

  @Test
  void every_platform_thread_that_a_running_weir_adds_is_one_that_describe_lists(
      TestDatabase database, RedisServer redis) throws SQLException {
    Set<String> before = ThreadCensus.names();
    Set<String> added;
    try (Weir weir = Weir.start(Houses.config(database, redis))) {
      int one = weir.connections().withSession(c -> Houses.one(c, "select 1"));
      assertThat(one).isOne();
      assertThat(weir.connections().redis().sync().ping()).isEqualTo("PONG");
      weir.health().refresh();
      added = new HashSet<>(ThreadCensus.names());
      added.removeAll(before);
      added.removeIf(ThreadCensusTest::belongsToTheJdk);
      assertThat(added).allMatch(ThreadCensus::isOurs, "is a thread of ours");
      String description = weir.describe();
      assertThat(added).allSatisfy(name -> assertThat(description).contains(name));
    }
    ThreadCensus.awaitNoneOfOurs();
  }

  /** Carriers and helpers of virtual threads, which the JDK adds as it sees fit. */
  private static boolean belongsToTheJdk(String name) {
    return name.startsWith("ForkJoinPool")
        || name.startsWith("VirtualThread-unparker")
        || name.startsWith("Read-Poller")
        || name.startsWith("Write-Poller")
        || name.startsWith("MasterPoller")
        || name.startsWith("process reaper")
        || name.startsWith("Cleaner-");
  }
}
