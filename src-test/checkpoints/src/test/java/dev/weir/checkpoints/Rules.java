package dev.weir.checkpoints;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;

/** What holds for every class of the house. */
final class Rules {

  static final ArchRule FLOORS_LOOK_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("config")
          .definedBy("dev.weir.config..")
          .layer("gate")
          .definedBy("dev.weir.gate..")
          .layer("tasks")
          .definedBy("dev.weir.tasks..")
          .layer("redis")
          .definedBy("dev.weir.redis..")
          .layer("pool")
          .definedBy("dev.weir.pool..")
          .layer("monitoring")
          .definedBy("dev.weir.monitoring..")
          .layer("core")
          .definedBy("dev.weir")
          .whereLayer("core")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("monitoring")
          .mayOnlyBeAccessedByLayers("core")
          .whereLayer("pool")
          .mayOnlyBeAccessedByLayers("core", "monitoring")
          .whereLayer("redis")
          .mayOnlyBeAccessedByLayers("core", "monitoring", "pool")
          .whereLayer("tasks")
          .mayOnlyBeAccessedByLayers("core", "monitoring", "pool", "redis")
          .whereLayer("config")
          .mayNotAccessAnyLayer()
          .whereLayer("gate")
          .mayNotAccessAnyLayer();

  /** A call goes down one room at a time; a room that has gone missing breaks the rule, too. */
  static final ArchRule ROOMS_OF_THE_POOL_LOOK_DOWN =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .layer("facade")
          .definedBy("dev.weir.pool")
          .layer("admission")
          .definedBy("dev.weir.pool.admission")
          .layer("lease")
          .definedBy("dev.weir.pool.lease")
          .layer("socket")
          .definedBy("dev.weir.pool.socket")
          .layer("line")
          .definedBy("dev.weir.pool.line")
          .layer("adapt")
          .definedBy("dev.weir.pool.adapt")
          .whereLayer("facade")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("admission")
          .mayOnlyBeAccessedByLayers("facade")
          .whereLayer("lease")
          .mayOnlyBeAccessedByLayers("facade", "admission")
          .whereLayer("socket")
          .mayOnlyBeAccessedByLayers("facade", "admission", "lease")
          .whereLayer("line")
          .mayOnlyBeAccessedByLayers("facade", "admission", "lease", "socket")
          .whereLayer("adapt")
          .mayOnlyBeAccessedByLayers("facade")
          .whereLayer("adapt")
          .mayNotAccessAnyLayer();

  /** Each package for itself, so also between the rooms of one module. */
  static final ArchRule NO_CYCLES = slices().matching("dev.weir.(**)").should().beFreeOfCycles();

  static final ArchRule THREADS_ARE_OF_THE_TASK_FLOOR =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.weir.tasks..")
          .should()
          .accessTargetWhere(
              describe("it makes or starts a thread or a pool of threads", Rules::startsThreads));

  static final ArchRule NO_THREAD_LOCAL_AND_NO_SLEEP =
      noClasses()
          .should()
          .dependOnClassesThat()
          .areAssignableTo(ThreadLocal.class)
          .orShould()
          .callMethod(Thread.class, "sleep", long.class)
          .orShould()
          .callMethod(Thread.class, "sleep", Duration.class);

  /** So it is nothing to gate and pool if the wall clock is set; one date is shown, not counted. */
  static final ArchRule GATE_AND_POOL_COUNT_BY_THE_MONOTONIC_CLOCK =
      noClasses()
          .that()
          .resideInAnyPackage("dev.weir.gate..", "dev.weir.pool..")
          .and()
          .doNotHaveFullyQualifiedName("dev.weir.pool.PoolFigures")
          .should()
          .callMethod(System.class, "currentTimeMillis")
          .orShould()
          .callMethod(Instant.class, "now")
          .orShould()
          .callMethod(InstantSource.class, "system")
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Clock.class);

  static final ArchRule NO_METRICS_BELOW_MONITORING =
      noClasses()
          .that()
          .resideInAnyPackage(
              "dev.weir.config..",
              "dev.weir.gate..",
              "dev.weir.tasks..",
              "dev.weir.redis..",
              "dev.weir.pool..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("io.opentelemetry..", "io.micrometer..", "org.HdrHistogram.."));

  static final ArchRule NAMES_SAY_WHAT_IT_IS =
      classes().should().haveNameNotMatching(".*(Util|Utils|Helper|Impl|Manager2)$");

  private Rules() {}

  /** The packages that do not say what may be null. */
  static Set<String> unmarked(JavaClasses classes) {
    return classes.stream()
        .map(JavaClass::getPackage)
        .filter(room -> !room.isAnnotatedWith(NullMarked.class))
        .map(room -> room.getName())
        .collect(Collectors.toSet());
  }

  /** By a call as well as by a reference such as {@code Thread::new}. */
  private static boolean startsThreads(JavaAccess<?> access) {
    JavaClass owner = access.getTargetOwner();
    String name = access.getName();
    if (name.equals(JavaConstructor.CONSTRUCTOR_NAME)) {
      return owner.isAssignableTo(Thread.class)
          || owner.isAssignableTo(ExecutorService.class)
          || owner.isAssignableTo(Timer.class);
    }
    if (owner.getName().startsWith(Thread.class.getName())) {
      return Set.of("start", "ofVirtual", "ofPlatform", "startVirtualThread").contains(name);
    }
    return owner.isEquivalentTo(Executors.class)
        || (owner.isEquivalentTo(CompletableFuture.class) && name.endsWith("Async"));
  }
}
