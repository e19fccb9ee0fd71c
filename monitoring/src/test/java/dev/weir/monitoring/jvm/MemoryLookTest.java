package dev.weir.monitoring.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.monitoring.finding.Finding.Severity;
import dev.weir.monitoring.finding.Findings;
import dev.weir.testkit.ChildProgram;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryLookTest {

  private static final long MIB = 1 << 20;
  private static final long SECOND = 1_000_000_000;

  private static Findings look(long liveMib, long directMib) {
    return new MemoryLook(
            () -> new Memory(liveMib * MIB, 1_000 * MIB, directMib * MIB, 100 * MIB, 0, 0))
        .look();
  }

  @Test
  void a_full_heap_is_told_of_from_nine_tenths_on() {
    assertThat(look(899, 5).worst()).isEmpty();
    Findings full = look(900, 5);
    assertThat(full.worst()).contains(Severity.POOR);
    assertThat(full.cause()).contains("90 % of the heap");
    assertThat(full.mend()).contains("-Xmx (now 1000 MiB)");
  }

  @Test
  void full_direct_buffers_are_told_of_from_nine_tenths_on() {
    assertThat(look(5, 89).worst()).isEmpty();
    Findings full = look(5, 90);
    assertThat(full.worst()).contains(Severity.POOR);
    assertThat(full.cause()).contains("direct buffers hold 90 %");
    assertThat(full.mend()).contains("-XX:MaxDirectMemorySize (now 100 MiB)");
  }

  @Test
  void collections_that_take_a_quarter_of_the_time_are_told_of() {
    var now = new AtomicReference<>(new Memory(1, 100, 0, 100, 500, 0));
    var look = new MemoryLook(now::get);
    now.set(new Memory(1, 100, 0, 100, 2_900, 10 * SECOND));
    assertThat(look.look().figures()).containsEntry("collecting", "24 %");
    now.set(new Memory(1, 100, 0, 100, 5_400, 20 * SECOND));
    Findings busy = look.look();
    assertThat(busy.worst()).contains(Severity.POOR);
    assertThat(busy.cause()).contains("25 % of the time");
    now.set(new Memory(1, 100, 0, 100, 5_700, 20 * SECOND + SECOND / 2));
    assertThat(look.look().figures())
        .as("half a second says nothing, the figure before stays")
        .containsEntry("collecting", "25 %");
    now.set(new Memory(1, 100, 0, 100, 5_700, 22 * SECOND));
    assertThat(look.look().figures()).containsEntry("collecting", "15 %");
  }

  @Test
  void figures_are_read_from_this_process() {
    Memory memory = Memory.ofThisProcess();
    assertThat(memory.max()).isEqualTo(Runtime.getRuntime().maxMemory());
    assertThat(memory.live()).isBetween(0L, memory.max());
    assertThat(memory.directMax()).isPositive();
    var buffer = ByteBuffer.allocateDirect(1 << 20);
    assertThat(Memory.ofThisProcess().direct()).isGreaterThanOrEqualTo(buffer.capacity());
  }

  @Nested
  class In_a_small_JVM {

    @Test
    void each_trouble_is_made_for_real_and_named(@TempDir Path directory) throws IOException {
      try (ChildProgram child =
          ChildProgram.Setup.of(FullProgram.class, directory)
              .option("-Xmx64m")
              .option("-Xms64m")
              .option("-Xmn4m")
              .option("-XX:MaxDirectMemorySize=16m")
              .start()) {
        assertThat(child.awaitExit(Duration.ofSeconds(60))).as(child.output()).isZero();
        assertThat(child.output().lines())
            .anyMatch(line -> line.matches("at rest: *"))
            .anyMatch(line -> line.matches("direct: direct buffers hold 9\\d % of what they may"))
            .anyMatch(
                line ->
                    line.matches(
                        "collecting: garbage collection has stopped the program for \\d+ % .*"))
            .anyMatch(line -> line.matches("full: 9\\d % of the heap were still in use .*"));
      }
    }
  }
}
