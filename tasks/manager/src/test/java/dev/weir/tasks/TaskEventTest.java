package dev.weir.tasks;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.gate.Retry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskEventTest {

  @Test
  void a_recording_shows_each_try_with_name_number_and_failure(@TempDir Path directory)
      throws Exception {
    try (var fixture = Fixture.open();
        var recording = new Recording()) {
      recording.enable("dev.weir.Task").withoutThreshold();
      recording.start();
      Task task =
          Task.named("embed").retry(Retry.exponential(ofMillis(1), ofMillis(1)).attempts(2));
      TaskHandle<Integer> handle =
          fixture.tasks.submit(
              task,
              () -> {
                if (TaskRun.current().attempt() == 1) {
                  throw new IOException("once");
                }
                return 1;
              });
      handle.await();
      Fixture.until("its end", () -> fixture.tasks.tasks().isEmpty());
      recording.stop();
      Path file = directory.resolve("tasks.jfr");
      recording.dump(file);
      List<RecordedEvent> events =
          RecordingFile.readAllEvents(file).stream()
              .sorted(Comparator.comparing(RecordedEvent::getStartTime))
              .toList();
      assertThat(events).extracting(it -> it.getInt("attempt")).containsExactly(1, 2);
      assertThat(events)
          .extracting(it -> it.getString("failure"))
          .containsExactly("java.io.IOException", "");
      assertThat(events)
          .allSatisfy(
              it -> {
                assertThat(it.getString("task")).isEqualTo("embed");
                assertThat(it.getLong("taskId")).isEqualTo(handle.id());
                assertThat(it.getThread().getJavaName()).isEqualTo("embed-" + handle.id());
              });
    }
  }
}
