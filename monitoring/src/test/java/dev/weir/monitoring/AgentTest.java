package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.ChildProgram;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM with OpenTelemetry's Java agent, which has an SDK and spans of its own. */
@RealServers
@Timeout(180)
class AgentTest {

  private static final String AGENT = System.getProperty("weir.agent", "");

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private @TempDir Path directory;

  @Test
  void under_the_agent_each_span_is_there_once_and_all_are_one_trace(TestDatabase database)
      throws IOException {
    try (Receiver receiver = new Receiver();
        ChildProgram child =
            ChildProgram.Setup.of(AgentService.class, directory)
                .option("-javaagent:" + AGENT)
                .option("-Xmx256m")
                .variable("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.address())
                .variable("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
                .variable("OTEL_METRIC_EXPORT_INTERVAL", "500")
                .variable("OTEL_LOGS_EXPORTER", "none")
                .start(database.jdbcUrl(), database.user(), database.password())) {
      Await.until(
          PATIENCE,
          () -> "its metrics; it said " + child.output(),
          () ->
              receiver
                  .metrics()
                  .keySet()
                  .containsAll(Set.of("weir.task.duration", "db.client.connection.count")));
      Files.createFile(directory.resolve("seen"));
      assertThat(child.awaitExit(PATIENCE)).as(child.output()).isZero();
      assertThat(child.output())
          .contains("opentelemetry-javaagent")
          .doesNotContain("OpenTelemetry's SDK was started by its own settings");
      Span task = only(receiver, "task import");
      Span transaction = only(receiver, "transaction orders");
      Span statement = statement(receiver);
      assertThat(transaction.getParentSpanId()).isEqualTo(task.getSpanId());
      assertThat(statement.getParentSpanId()).isEqualTo(transaction.getSpanId());
      assertThat(receiver.exportersOf("weir.task.duration")).isOne();
    }
  }

  private static Span only(Receiver receiver, String name) {
    List<Span> spans =
        receiver.spans().stream().filter(span -> span.getName().equals(name)).toList();
    assertThat(spans).as(name).hasSize(1);
    return spans.getFirst();
  }

  /** The agent's own, of JDBC. */
  private static Span statement(Receiver receiver) {
    List<Span> spans =
        receiver.spans().stream()
            .filter(
                span ->
                    span.getAttributesList().stream()
                        .anyMatch(it -> it.getValue().getStringValue().contains("as answer")))
            .toList();
    assertThat(spans).as("of the statement").hasSize(1);
    return spans.getFirst();
  }
}
