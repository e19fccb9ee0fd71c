package dev.weir.testkit.process;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.Await;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnServerTest {
  /** A process that does nothing for long enough, and is asked to end in a way of one's own. */
  private record Sleeper(Supplier<String> signal) implements Program {
    @Override
    public String name() {
      return "sleeper";
    }

    @Override
    public void prepare() {}

    @Override
    public List<String> command() {
      return List.of("sleep", "600");
    }

    @Override
    public void awaitReady(ServerProcess process) {}

    @Override
    public String stopSignal() {
      return signal.get();
    }
  }

  @AfterEach
  void forgetTheInterrupt() {
    Thread.interrupted();
  }

  @Test
  void closed_by_an_interrupted_thread_leaves_nothing_and_the_thread_interrupted() {
    OwnServer server = start(() -> "TERM");
    List<Long> pids = server.pids();

    Thread.currentThread().interrupt();
    server.close();

    assertThat(Thread.interrupted()).isTrue();
    assertNothingLeft(server, pids);
  }

  @Test
  void interrupted_while_it_stops_leaves_nothing_and_the_thread_interrupted() {
    OwnServer server =
        start(
            () -> {
              Thread.currentThread().interrupt();
              return "CONT";
            });
    List<Long> pids = server.pids();

    try {
      server.close();
    } catch (AssertionError toldThatItWasInterrupted) {
      assertThat(toldThatItWasInterrupted).hasMessageContaining("was interrupted");
    }

    assertThat(Thread.interrupted()).isTrue();
    assertNothingLeft(server, pids);
  }

  @Test
  void that_cannot_be_stopped_in_good_order_is_killed_and_leaves_nothing() {
    OwnServer server =
        start(
            () -> {
              throw new IllegalStateException("no signal for it");
            });
    List<Long> pids = server.pids();

    assertThatThrownBy(server::close).hasMessage("no signal for it");

    assertNothingLeft(server, pids);
    server.close();
  }

  private static OwnServer start(Supplier<String> signal) {
    return OwnServer.start(new Sleeper(signal), Workspace.open("sleeper"), Ports.free());
  }

  private static void assertNothingLeft(OwnServer server, List<Long> pids) {
    assertThat(server.directory()).doesNotExist();
    assertThat(pids).isNotEmpty();
    Await.until(
        ofSeconds(5),
        () -> "the end of " + pids,
        () ->
            pids.stream()
                .noneMatch(
                    pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()));
  }
}
