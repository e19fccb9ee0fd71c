package dev.weir.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class LauncherTest {

  private static final int JAVA_17 = 61;

  @Test
  void can_be_loaded_by_Java_17_to_say_what_is_wrong() throws IOException {
    try (var code =
        new DataInputStream(
            Objects.requireNonNull(Launcher.class.getResourceAsStream("Launcher.class")))) {
      assertThat(code.readInt()).isEqualTo(0xCAFEBABE);
      assertThat(code.readUnsignedShort()).isZero();
      assertThat(code.readUnsignedShort()).isEqualTo(JAVA_17);
    }
  }

  @Test
  void names_the_JDK_found_and_the_one_needed() {
    assertThat(Launcher.refusal(17, "/opt/jdk-17"))
        .isEqualTo(
            "The benchmarks need JDK 25, but this is 17 (/opt/jdk-17); start them with the java of"
                + " a JDK 25.");
  }

  @Test
  void measures_allocation_unless_another_profiler_is_asked_for() {
    assertThat(Launcher.withProfiler(new String[] {"Borrow"}))
        .containsExactly("Borrow", "-prof", "gc");
    assertThat(Launcher.withProfiler(new String[] {"-prof", "stack"}))
        .containsExactly("-prof", "stack");
    assertThat(Launcher.withProfiler(new String[] {"-l"})).containsExactly("-l");
  }
}
