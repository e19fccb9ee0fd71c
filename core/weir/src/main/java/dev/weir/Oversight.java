package dev.weir;

import dev.weir.config.WeirConfig;
import dev.weir.monitoring.HealthRegistry;
import dev.weir.monitoring.alert.Alerts;
import dev.weir.monitoring.alert.BudgetPolicies;
import dev.weir.monitoring.history.History;
import dev.weir.monitoring.history.HistoryStorage;
import dev.weir.monitoring.history.KeySeries;
import dev.weir.monitoring.slo.SloStorage;
import dev.weir.monitoring.slo.Slos;
import dev.weir.monitoring.slo.Subject;
import dev.weir.pool.Access;
import dev.weir.pool.UnifiedConnectionManager;
import dev.weir.tasks.BackgroundTaskManager;
import dev.weir.tasks.SystemTasks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;

/**
 * What judges the floors: objectives, alerts, policies, history. Wiring only.
 *
 * @param ended whether nothing is written to the database any more
 */
record Oversight(
    Slos slos, Alerts alerts, BudgetPolicies policies, History history, AtomicBoolean ended)
    implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** What is judged. */
  record Parts(
      SystemTasks system,
      BackgroundTaskManager tasks,
      UnifiedConnectionManager connections,
      HealthRegistry health) {}

  static Oversight open(WeirBuilder builder, WeirConfig config, Slos slos, Parts parts) {
    check(slos, config);
    var policies =
        BudgetPolicies.open(builder.policies, slos, parts.connections, parts.tasks, parts.system);
    var history =
        History.open(List.of(KeySeries.of(parts.connections, parts.tasks, slos)), parts.system);
    builder.figuresOf.ifPresent(instance -> keep(instance, slos, history, parts));
    slos.start(parts.system);
    return new Oversight(
        slos, alerts(builder, slos, parts), policies, history, new AtomicBoolean());
  }

  private static void check(Slos slos, WeirConfig config) {
    List<String> unknown =
        slos.all().stream()
            .filter(it -> it.subject() instanceof Subject.Lane(var lane) && isUnknown(lane, config))
            .map(it -> "'%s' (%s)".formatted(it.name(), it.objective()))
            .toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "SLOs about lanes that are not declared: %s; there are %s."
              .formatted(String.join(", ", unknown), config.lanes().keySet()));
    }
  }

  private static boolean isUnknown(String lane, WeirConfig config) {
    return !config.lanes().containsKey(lane);
  }

  private static void keep(String instance, Slos slos, History history, Parts parts) {
    DataSource admin =
        parts.connections.dataSource(Access.readWrite().lane("admin").deadline(PATIENCE));
    slos.persist(SloStorage.in(admin).instance(instance), parts.system);
    history.persist(HistoryStorage.in(admin, instance));
  }

  /** Nothing is looked at unless somebody wants to hear of it. */
  private static Alerts alerts(WeirBuilder builder, Slos slos, Parts parts) {
    Alerts alerts = Alerts.open(parts.system, builder.alertListeners);
    if (!slos.all().isEmpty()) {
      alerts.watch(slos);
    }
    if (!builder.alertListeners.isEmpty()) {
      alerts.watch(parts.health);
    }
    builder.alerts.forEach(alerts::add);
    return alerts;
  }

  /** Undoes what policies did, and writes the last figures while there still are connections. */
  void end() {
    if (ended.compareAndSet(false, true)) {
      policies.close();
      slos.close();
      history.close();
      slos.save();
      history.save();
    }
  }

  @Override
  public void close() {
    alerts.close();
    policies.close();
    slos.close();
    history.close();
  }
}
