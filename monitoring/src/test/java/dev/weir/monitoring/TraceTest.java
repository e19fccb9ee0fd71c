package dev.weir.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.config.TelemetryConfig;
import dev.weir.config.TelemetryConfig.Spans;
import dev.weir.config.WeirConfig;
import dev.weir.gate.AdmissionRejectedException;
import dev.weir.pool.Access;
import dev.weir.tasks.Task;
import dev.weir.tasks.TaskHandle;
import dev.weir.tasks.event.Delivery;
import dev.weir.tasks.schedule.Schedule;
import dev.weir.testkit.Await;
import dev.weir.testkit.TestDatabase;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.jdbc.datasource.JdbcTelemetry;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class TraceTest extends ObservedTest {

  private static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("weir.outcome");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");

  record Placed(int order) {}

  private WeirConfig with(TestDatabase database, TelemetryConfig telemetry) {
    return House.config(database).telemetry(telemetry);
  }

  /** Does it inside a span "caller" of the test's own. */
  private void traced(ThrowingRunnable work) throws Exception {
    Span caller = sdk.getTracer("test").spanBuilder("caller").startSpan();
    try (Scope _ = caller.makeCurrent()) {
      work.run();
    } finally {
      caller.end();
    }
  }

  private interface ThrowingRunnable {
    void run() throws Exception;
  }

  private SpanData span(String name) {
    Await.until(PATIENCE, "a span " + name, () -> spans(name).size() == 1);
    return spans(name).getFirst();
  }

  private List<SpanData> spans(String name) {
    return exporter.getFinishedSpanItems().stream()
        .filter(it -> it.getName().equals(name))
        .toList();
  }

  private static void assertChild(SpanData child, SpanData parent) {
    assertThat(child.getTraceId()).isEqualTo(parent.getTraceId());
    assertThat(child.getParentSpanId()).isEqualTo(parent.getSpanId());
  }

  @Nested
  class The_trace_of_a_caller {

    @Test
    void goes_on_through_task_and_session_to_the_wait_at_the_gate(TestDatabase database)
        throws Exception {
      try (House house = open(database);
          var others = Executors.newVirtualThreadPerTaskExecutor()) {
        var release = new CountDownLatch(1);
        var task = new AtomicReference<TaskHandle<Integer>>();
        occupy(
            house,
            release,
            () -> {
              try {
                traced(
                    () ->
                        task.set(
                            house
                                .tasks()
                                .submit("report", () -> house.connections().withSession(_ -> 7))));
              } catch (Exception failure) {
                throw new IllegalStateException(failure);
              }
              Await.until(
                  PATIENCE,
                  "the task to wait",
                  () -> house.connections().snapshot().gate().queued() == 1);
              // So that it has waited for more than a millisecond by every clock.
              var _ = others.submit(() -> {});
              long begun = System.nanoTime();
              Await.until(
                  PATIENCE,
                  "time to pass",
                  () -> System.nanoTime() - begun > TimeUnit.MILLISECONDS.toNanos(5));
            });
        assertThat(task.get().await()).isEqualTo(7);
        SpanData run = span("task report");
        SpanData session = span("session interactive");
        SpanData wait = span("gate wait");
        assertChild(run, span("caller"));
        assertChild(session, run);
        assertChild(wait, session);
        assertThat(wait.getEndEpochNanos() - wait.getStartEpochNanos())
            .isGreaterThan(TimeUnit.MILLISECONDS.toNanos(1));
        assertThat(wait.getAttributes().get(AttributeKey.stringKey("weir.lane")))
            .isEqualTo("interactive");
        assertThat(session.getAttributes().get(AttributeKey.stringKey("db.system.name")))
            .isEqualTo("postgresql");
        assertThat(session.getKind()).isEqualTo(SpanKind.INTERNAL);
        assertThat(run.getAttributes().get(OUTCOME)).isEqualTo("ok");
      }
    }

    @Test
    void goes_on_through_task_and_event_to_its_subscribers(TestDatabase database) throws Exception {
      try (House house = open(database)) {
        var heard = new CountDownLatch(2);
        var inside = new AtomicReference<String>();
        house
            .events()
            .subscribe(
                "mail",
                Placed.class,
                _ -> {
                  inside.set(Span.current().getSpanContext().getTraceId());
                  heard.countDown();
                });
        house.events().subscribe(Delivery.sync("log"), Placed.class, _ -> heard.countDown());
        traced(
            () -> house.tasks().run("place", () -> house.events().publish(new Placed(1))).await());
        assertThat(heard.await(20, TimeUnit.SECONDS)).isTrue();
        SpanData run = span("task place");
        assertChild(run, span("caller"));
        Await.until(PATIENCE, "both", () -> spans("process Placed").size() == 2);
        assertThat(spans("process Placed"))
            .allSatisfy(it -> assertChild(it, run))
            .allSatisfy(it -> assertThat(it.getKind()).isEqualTo(SpanKind.CONSUMER))
            .allSatisfy(
                it ->
                    assertThat(it.getAttributes().asMap())
                        .containsEntry(AttributeKey.stringKey("messaging.system"), "weir")
                        .containsEntry(
                            AttributeKey.stringKey("messaging.operation.type"), "process")
                        .containsEntry(
                            AttributeKey.stringKey("messaging.destination.name"), "Placed"));
        assertThat(inside.get()).isEqualTo(run.getTraceId());
      }
    }

    @Test
    void is_that_of_functions_attached_to_a_handle(TestDatabase database) throws Exception {
      try (House house = open(database)) {
        var release = new CountDownLatch(1);
        var seen = new CompletableFuture<String>();
        traced(
            () ->
                house
                    .tasks()
                    .submit("slow", () -> release.await(20, TimeUnit.SECONDS))
                    .completion()
                    .thenAccept(_ -> seen.complete(Span.current().getSpanContext().getTraceId())));
        release.countDown();
        assertThat(seen.get(20, TimeUnit.SECONDS)).isEqualTo(span("caller").getTraceId());
      }
    }

    @Test
    void does_not_reach_the_runs_of_a_schedule_which_begin_their_own(TestDatabase database)
        throws Exception {
      try (House house = open(database)) {
        for (Schedule schedule :
            List.of(Schedule.every(Duration.ofMillis(20)), Schedule.delay(Duration.ofMillis(20)))) {
          exporter.reset();
          traced(
              () -> {
                var handle =
                    house.tasks().schedule("probe", schedule, () -> house.events().publish("x"));
                Await.until(PATIENCE, "runs", () -> spans("task probe").size() >= 3);
                handle.cancel();
              });
          assertThat(spans("task probe"))
              .allSatisfy(it -> assertThat(it.getParentSpanId()).isEqualTo(SpanId.getInvalid()))
              .extracting(SpanData::getTraceId)
              .doesNotHaveDuplicates();
        }
      }
    }
  }

  @Nested
  class Sessions_ {

    @Test
    void without_a_wait_have_no_span_of_it(TestDatabase database) throws Exception {
      var waits = TelemetryConfig.defaults().spans(Spans.WORK);
      try (House house = observed(House.open(with(database, waits), sdk))) {
        traced(() -> borrow(house.connections(), 10_000));
        assertThat(exporter.getFinishedSpanItems())
            .extracting(SpanData::getName)
            .containsExactly("caller");
      }
    }

    @Test
    void outside_a_trace_have_no_span(TestDatabase database) {
      try (House house = open(database)) {
        borrow(house.connections(), 3);
        house.connections().useTransaction(_ -> {});
        house.events().subscribe(Delivery.sync("log"), Placed.class, _ -> {});
        house.events().publish(new Placed(1));
        assertThat(exporter.getFinishedSpanItems()).isEmpty();
      }
    }

    @Test
    void are_called_by_their_name_and_tell_a_failure_by_its_class(TestDatabase database)
        throws Exception {
      try (House house = open(database)) {
        traced(
            () ->
                assertThatThrownBy(
                        () ->
                            house
                                .connections()
                                .useSession(
                                    Access.readOnly().name("orders"),
                                    _ -> {
                                      throw new IllegalStateException("secret");
                                    }))
                    .hasMessage("secret"));
        SpanData session = span("session orders");
        assertThat(session.getStatus().getStatusCode())
            .isEqualTo(StatusData.error().getStatusCode());
        assertThat(session.getAttributes().get(ERROR)).isEqualTo("java.lang.IllegalStateException");
        assertThat(session.toString()).doesNotContain("secret");
      }
    }

    @Test
    void that_are_refused_have_the_wait_and_its_reason(TestDatabase database) throws Exception {
      try (House house = open(database)) {
        occupy(
            house,
            new CountDownLatch(1),
            () -> {
              try {
                traced(
                    () ->
                        assertThatThrownBy(
                                () ->
                                    house
                                        .connections()
                                        .useSession(
                                            Access.readWrite().deadline(Duration.ofMillis(50)),
                                            _ -> {}))
                            .isInstanceOf(AdmissionRejectedException.class));
              } catch (Exception failure) {
                throw new IllegalStateException(failure);
              }
            });
        SpanData wait = span("gate wait");
        assertThat(wait.getAttributes().get(ERROR)).isEqualTo("deadline");
        assertChild(wait, span("session interactive"));
      }
    }
  }

  @Nested
  class Transactions_ {

    @Test
    void are_one_span_with_an_event_for_each_try_that_follows(TestDatabase database)
        throws Exception {
      try (House house = open(database)) {
        int[] tries = {0};
        traced(
            () ->
                house
                    .connections()
                    .useTransaction(
                        _ -> {
                          if (++tries[0] < 3) {
                            throw new SQLException("on purpose", "40001");
                          }
                        }));
        SpanData transaction = span("transaction interactive");
        assertChild(transaction, span("caller"));
        assertThat(transaction.getAttributes().get(OUTCOME)).isEqualTo("committed");
        assertThat(transaction.getEvents())
            .hasSize(2)
            .allSatisfy(
                event ->
                    assertThat(
                            event
                                .getAttributes()
                                .get(AttributeKey.stringKey("db.response.status_code")))
                        .isEqualTo("40001"));
        assertThat(value(reader, "weir.transaction.retries", "db.response.status_code", "40001"))
            .isEqualTo(2);
      }
    }

    @Test
    void that_are_given_up_or_fail_are_rolled_back(TestDatabase database) throws Exception {
      try (House house = open(database)) {
        traced(
            () ->
                house
                    .connections()
                    .useTransaction(_ -> house.connections().current().rollbackOnly()));
        assertThat(span("transaction interactive").getAttributes().get(OUTCOME))
            .isEqualTo("rolled_back");
        exporter.reset();
        traced(
            () ->
                house
                    .connections()
                    .useSession(
                        _ ->
                            assertThatThrownBy(
                                    () ->
                                        house
                                            .connections()
                                            .useTransaction(
                                                c -> {
                                                  try (Statement it = c.createStatement()) {
                                                    it.execute("select nothing");
                                                  }
                                                }))
                                .isInstanceOf(SQLException.class)));
        SpanData failed = span("transaction interactive");
        assertChild(failed, span("session interactive"));
        assertThat(failed.getAttributes().get(OUTCOME)).isEqualTo("rolled_back");
        assertThat(failed.getAttributes().get(ERROR)).isEqualTo("42703");
      }
    }
  }

  @Test
  void a_request_is_one_span_whether_it_wants_a_session_or_not(TestDatabase database)
      throws Exception {
    try (House house = open(database)) {
      var connections = house.connections();
      traced(
          () ->
              connections.inRequest(
                  Access.readWrite().name("orders"),
                  () -> {
                    connections.useSession(_ -> {});
                    return true;
                  }));
      SpanData request = span("request orders");
      assertChild(request, span("caller"));
      assertThat(request.getAttributes().get(OUTCOME)).isEqualTo("committed");
      exporter.reset();
      traced(() -> connections.inRequest(Access.readWrite(), () -> true));
      assertThat(span("request interactive").getAttributes().get(OUTCOME)).isEqualTo("ok");
    }
  }

  @Test
  void every_try_of_a_task_is_a_span(TestDatabase database) throws Exception {
    try (House house = open(database)) {
      int[] tries = {0};
      traced(
          () ->
              house
                  .tasks()
                  .run(
                      Task.named("flaky")
                          .retry(
                              dev.weir.gate.Retry.exponential(
                                      Duration.ofMillis(1), Duration.ofMillis(2))
                                  .attempts(2)),
                      () -> {
                        if (++tries[0] < 2) {
                          throw new IllegalStateException("on purpose");
                        }
                      })
                  .await());
      Await.until(PATIENCE, "both tries", () -> spans("task flaky").size() == 2);
      assertThat(spans("task flaky"))
          .allSatisfy(it -> assertChild(it, span("caller")))
          .extracting(it -> it.getAttributes().get(OUTCOME))
          .containsExactly("failed", "ok");
    }
  }

  @Test
  void the_log_context_of_tasks_and_subscribers_tells_the_trace_if_it_shall(TestDatabase database)
      throws Exception {
    var inLogs = TelemetryConfig.defaults().mdc(true);
    try (House house = observed(House.open(with(database, inLogs), sdk))) {
      var heard = new CompletableFuture<Map<String, String>>();
      house
          .events()
          .subscribe("mail", Placed.class, _ -> heard.complete(MDC.getCopyOfContextMap()));
      traced(
          () ->
              assertThat(
                      house
                          .tasks()
                          .submit(
                              "logs",
                              () -> {
                                house.events().publish(new Placed(1));
                                return MDC.getCopyOfContextMap();
                              })
                          .await())
                  .containsEntry("trace_id", Span.current().getSpanContext().getTraceId())
                  .containsEntry("span_id", span("task logs").getSpanId()));
      assertThat(heard.get(20, TimeUnit.SECONDS))
          .containsEntry("trace_id", span("task logs").getTraceId())
          .containsEntry("span_id", span("process Placed").getSpanId());
    }
  }

  @Test
  void waits_are_recorded_with_the_trace_they_happened_in(TestDatabase database) throws Exception {
    try (House house = open(database)) {
      traced(() -> house.telemetry().poolListener().waited("interactive", 3_000_000));
      assertThat(
              histogram(reader, "db.client.connection.wait_time", "weir.lane", "interactive")
                  .getExemplars())
          .extracting(DoubleExemplarData::getSpanContext)
          .extracting(it -> it.getTraceId())
          .containsExactly(span("caller").getTraceId());
    }
  }

  @Test
  void statements_are_spans_where_the_data_source_is_wrapped_for_that(TestDatabase database)
      throws Exception {
    try (House house = open(database)) {
      DataSource wrapped = JdbcTelemetry.create(sdk).wrap(house.connections().joiningDataSource());
      traced(() -> house.connections().useSession(_ -> selectOne(wrapped)));
      SpanData statement =
          exporter.getFinishedSpanItems().stream()
              .filter(it -> it.getKind() == SpanKind.CLIENT)
              .findFirst()
              .orElseThrow();
      assertChild(statement, span("session interactive"));
      assertThat(exporter.getFinishedSpanItems())
          .filteredOn(it -> it.getKind() == SpanKind.CLIENT)
          .hasSize(1);
    }
  }

  private static void selectOne(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(statement.execute("select 1")).isTrue();
    }
  }
}
