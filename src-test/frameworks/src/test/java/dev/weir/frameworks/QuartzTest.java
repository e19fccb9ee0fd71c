package dev.weir.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.testkit.Await;
import dev.weir.testkit.RealServers;
import dev.weir.testkit.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.quartz.Job;
import org.quartz.JobBuilder;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.TriggerBuilder;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;

/** Quartz keeps its jobs in the database, clustered, with eight worker threads of its own. */
@RealServers
@TestInstance(Lifecycle.PER_CLASS)
class QuartzTest {

  private static final String SOURCE = "source";
  private static final int JOBS = 40;

  private House house;

  @BeforeAll
  void open(TestDatabase database) throws Exception {
    house = House.open(database, 7);
    house.sql(script());
    house.sql("create table run (job text primary key, recovering boolean)");
    house.sql("create table log (job text)");
  }

  private static String script() throws IOException {
    try (InputStream script =
        Objects.requireNonNull(
            Scheduler.class.getResourceAsStream(
                "/org/quartz/impl/jdbcjobstore/tables_postgres.sql"),
            "the script of Quartz")) {
      return new String(script.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @BeforeEach
  void empty() throws SQLException {
    house.sql("truncate run, log");
  }

  @AfterAll
  void close() {
    house.close();
  }

  private static DataSource source(JobExecutionContext context) throws SchedulerException {
    Object source = context.getScheduler().getContext().get(SOURCE);
    return (DataSource) Objects.requireNonNull(source, SOURCE);
  }

  /** Writes two tables in one transaction; a second run of the same job would fail. */
  public static class Writing implements Job {
    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
      try {
        write(context);
      } catch (SQLException | SchedulerException failure) {
        throw new JobExecutionException(failure);
      }
    }

    static void write(JobExecutionContext context) throws SQLException, SchedulerException {
      try (Connection connection = source(context).getConnection()) {
        connection.setAutoCommit(false);
        String job = context.getJobDetail().getKey().getName();
        try (PreparedStatement run = connection.prepareStatement("insert into run values (?, ?)");
            PreparedStatement log = connection.prepareStatement("insert into log values (?)")) {
          run.setString(1, job);
          run.setBoolean(2, context.isRecovering());
          run.execute();
          log.setString(1, job);
          log.execute();
        }
        connection.commit();
      }
    }
  }

  /** Writes and fails before the commit. */
  public static class Failing implements Job {
    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
      try {
        try (Connection connection = source(context).getConnection()) {
          connection.setAutoCommit(false);
          House.one(connection, "insert into log values ('half') returning 1");
          House.one(connection, "select 1 / 0");
        }
      } catch (SQLException | SchedulerException failure) {
        throw new JobExecutionException(failure);
      }
    }
  }

  /** Never ends when it runs for the first time, as if its process had died; then it writes. */
  public static class Dying implements Job {
    static final CountDownLatch BEGUN = new CountDownLatch(1);

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
      try {
        if (context.isRecovering()) {
          Writing.write(context);
        } else {
          BEGUN.countDown();
          new CountDownLatch(1).await();
        }
      } catch (SQLException | SchedulerException failure) {
        throw new JobExecutionException(failure);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private record Provider(DataSource source) implements ConnectionProvider {

    @Override
    public Connection getConnection() throws SQLException {
      return source.getConnection();
    }

    @Override
    public void initialize() {
      // Weir is there already.
    }

    @Override
    public void shutdown() {
      // It is not Quartz's to close.
    }
  }

  private Scheduler scheduler(String name) throws SchedulerException {
    DBConnectionManager.getInstance()
        .addConnectionProvider("weir", new Provider(house.dataSource()));
    var settings = new Properties();
    String store = "org.quartz.jobStore.";
    settings.setProperty("org.quartz.scheduler.instanceName", name);
    settings.setProperty("org.quartz.scheduler.instanceId", "node");
    settings.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
    settings.setProperty("org.quartz.threadPool.class", "org.quartz.simpl.SimpleThreadPool");
    settings.setProperty("org.quartz.threadPool.threadCount", "8");
    settings.setProperty("org.quartz.threadPool.makeThreadsDaemons", "true");
    settings.setProperty("org.quartz.scheduler.batchTriggerAcquisitionMaxCount", "8");
    settings.setProperty(store + "class", "org.quartz.impl.jdbcjobstore.JobStoreTX");
    settings.setProperty(
        store + "driverDelegateClass", "org.quartz.impl.jdbcjobstore.PostgreSQLDelegate");
    settings.setProperty(store + "dataSource", "weir");
    settings.setProperty(store + "isClustered", "true");
    settings.setProperty(store + "acquireTriggersWithinLock", "true");
    var scheduler = new StdSchedulerFactory(settings).getScheduler();
    scheduler.getContext().put(SOURCE, house.dataSource());
    return scheduler;
  }

  private static void now(Scheduler scheduler, Class<? extends Job> kind, String name)
      throws SchedulerException {
    JobDetail job = JobBuilder.newJob(kind).withIdentity(name).requestRecovery().build();
    scheduler.scheduleJob(job, TriggerBuilder.newTrigger().withIdentity(name).startNow().build());
  }

  private boolean has(int runs) {
    try {
      return house.one("select count(*) from run") == runs
          && house.one("select count(*) from log") == runs;
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void eight_workers_run_each_job_once_and_one_that_fails_leaves_nothing() throws Exception {
    Scheduler scheduler = scheduler("busy");
    scheduler.start();
    for (int i = 0; i < JOBS; i++) {
      now(scheduler, Writing.class, "job " + i);
      now(scheduler, Failing.class, "bad " + i);
    }
    Await.until(House.PATIENCE, "all jobs have run", () -> has(JOBS));
    Await.until(House.PATIENCE, "none is left", () -> left("busy") == 0);
    scheduler.shutdown(true);
    assertThat(house.one("select count(*) from qrtz_locks where sched_name = 'busy'"))
        .as("rows that nodes of a cluster lock")
        .isEqualTo(2);
    assertThat(house.one("select count(*) from log where job = 'half'")).isZero();
    house.assertAtRest();
  }

  private int left(String scheduler) {
    try {
      String of = " where sched_name = '%s'".formatted(scheduler);
      return house.one("select count(*) from qrtz_triggers" + of)
          + house.one("select count(*) from qrtz_fired_triggers" + of);
    } catch (SQLException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void what_was_kept_and_what_was_under_way_runs_after_a_restart() throws Exception {
    Scheduler before = scheduler("restarted");
    before.start();
    now(before, Dying.class, "dying");
    assertThat(Dying.BEGUN.await(House.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    before.standby();
    for (int i = 0; i < JOBS; i++) {
      now(before, Writing.class, "kept " + i);
    }
    before.shutdown(false);
    assertThat(house.one("select count(*) from run")).isZero();
    assertThat(left("restarted")).isGreaterThanOrEqualTo(JOBS);

    Scheduler after = scheduler("restarted");
    after.start();
    Await.until(House.PATIENCE, "all have run", () -> has(JOBS + 1));
    assertThat(house.one("select count(*) from run where recovering and job = 'dying'")).isOne();
    after.shutdown(true);
    house.assertAtRest();
  }
}
