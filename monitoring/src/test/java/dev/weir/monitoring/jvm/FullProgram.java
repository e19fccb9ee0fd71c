package dev.weir.monitoring.jvm;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A child of a test: fills its direct memory and its heap, and says each time what was found. */
final class FullProgram {

  private static final int DIRECT = 15 << 20;
  private static final int BLOCK = 1 << 20;
  private static final int BLOCKS = 57;

  private FullProgram() {}

  public static void main(String[] args) {
    say("at rest", new MemoryLook());
    var buffer = ByteBuffer.allocateDirect(DIRECT);
    say("direct", new MemoryLook());
    var busy = new MemoryLook();
    long end = System.nanoTime() + Duration.ofMillis(1_500).toNanos();
    while (System.nanoTime() < end) {
      System.gc();
    }
    say("collecting", busy);
    List<byte[]> kept = new ArrayList<>();
    for (int i = 0; i < BLOCKS; i++) {
      kept.add(new byte[BLOCK]);
    }
    System.gc();
    say("full", new MemoryLook());
    System.out.println(kept.size() + buffer.capacity());
  }

  private static void say(String when, MemoryLook look) {
    String cause = look.look().cause();
    // Of several the one that is meant: direct memory stays full from then on.
    String meant =
        when.equals("direct") ? cause : cause.replaceAll("; direct.*|direct[^;]*may(; )?", "");
    System.out.println(when + ": " + meant);
  }
}
