package dev.weir.testkit;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * What {@link RealServers} does; public because JUnit must reach it across modules. Holds no state:
 * what is made for a class lives in JUnit's store of the class. Safe for any thread.
 */
public final class RealServersExtension implements BeforeAllCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(RealServersExtension.class);

  /** For JUnit. */
  public RealServersExtension() {}

  @Override
  public void beforeAll(ExtensionContext context) {
    if (TestServers.redisIfStarted().isPresent()) {
      emptyRedis(context);
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == TestDatabase.class || type == PostgresServer.class || type == RedisServer.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == RedisServer.class) {
      return emptyRedis(context);
    }
    return type == TestDatabase.class ? database(context) : TestServers.postgres();
  }

  /** Dropped by JUnit when the class is done, because the store closes what it holds. */
  private static TestDatabase database(ExtensionContext context) {
    return storeOfTopClass(context)
        .computeIfAbsent(
            TestDatabase.class, _ -> TestServers.postgres().freshDatabase(), TestDatabase.class);
  }

  /** Once a class: nested classes find what the outer one has written. */
  private static RedisServer emptyRedis(ExtensionContext context) {
    return storeOfTopClass(context)
        .computeIfAbsent(Emptied.class, _ -> Emptied.now(), Emptied.class)
        .redis;
  }

  private static Store storeOfTopClass(ExtensionContext context) {
    ExtensionContext top = context;
    while (top.getParent().isPresent() && top.getParent().get().getTestClass().isPresent()) {
      top = top.getParent().get();
    }
    return top.getStore(NAMESPACE);
  }

  private record Emptied(RedisServer redis) {
    static Emptied now() {
      RedisServer redis = TestServers.redis();
      redis.flush();
      return new Emptied(redis);
    }
  }
}
