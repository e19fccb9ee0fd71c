package dev.weir.monitoring.jvm;

import dev.weir.monitoring.finding.Findings;
import dev.weir.monitoring.finding.Look;
import dev.weir.tasks.SystemTasks;
import java.time.Duration;
import java.util.List;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether virtual threads have held their carriers while they waited. JFR tells of it, about a
 * second later; its stream begins with the first look and runs as a system task. Since JDK 24 only
 * native frames and class initializers do that.
 */
public final class PinnedLook implements Look {

  private static final String EVENT = "jdk.VirtualThreadPinned";
  private static final Duration THRESHOLD = Duration.ofMillis(20);

  private final SystemTasks system;
  private @Nullable RecordingStream stream;
  private long count;
  private Duration longest = Duration.ZERO;
  private String where = "";

  /** Begins with its first look. */
  public PinnedLook(SystemTasks system) {
    this.system = system;
  }

  private synchronized void begin() {
    if (stream == null) {
      var fresh = new RecordingStream();
      fresh.enable(EVENT).withThreshold(THRESHOLD).withStackTrace();
      fresh.onEvent(EVENT, this::pinned);
      stream = fresh;
      system.submit(
          "health-pinned-stream",
          () -> {
            fresh.start();
            return true;
          });
    }
  }

  private synchronized void pinned(RecordedEvent event) {
    count++;
    if (event.getDuration().compareTo(longest) >= 0) {
      longest = event.getDuration();
      where = place(event);
    }
  }

  /** The first frame that is no part of the JDK, which is whoever waited. */
  private static String place(RecordedEvent event) {
    List<RecordedFrame> frames =
        event.getStackTrace() == null ? List.of() : event.getStackTrace().getFrames();
    return frames.stream()
        .filter(frame -> !frame.getMethod().getType().getName().matches("(java|jdk|sun)\\..*"))
        .findFirst()
        .map(
            frame ->
                "%s.%s:%d"
                    .formatted(
                        frame.getMethod().getType().getName(),
                        frame.getMethod().getName(),
                        frame.getLineNumber()))
        .orElse("an unknown place");
  }

  @Override
  public synchronized Findings look() {
    begin();
    var findings = Findings.of("pinned", count).figure("threshold", THRESHOLD.toMillis() + " ms");
    if (count > 0) {
      findings
          .figure("longest", longest.toMillis() + " ms")
          .poor(
              "%d times a virtual thread has held its carrier while it waited, the longest for %d ms at %s"
                  .formatted(count, longest.toMillis(), where),
              "wait outside native code and class initializers, or run that work on platform"
                  + " threads");
    }
    count = 0;
    longest = Duration.ZERO;
    return findings;
  }

  @Override
  public void close() {
    RecordingStream open;
    synchronized (this) {
      open = stream;
    }
    if (open != null) {
      open.close();
    }
  }
}
