package dev.weir.tasks.shutdown;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's signals, {@code sun.misc.Signal} in the module {@code jdk.unsupported}: by reflection,
 * since javac warns of each mention and lets nobody say that it is meant.
 */
final class OsSignals {

  private static final String OF_THE_JVM = "sun.misc.Signal$";

  private final Class<?> signal;
  private final Class<?> handler;
  private final Method handle;
  private final Method call;
  private final Method number;
  private final Object byDefault;
  private final Object ignored;

  private OsSignals() throws ReflectiveOperationException {
    signal = Class.forName("sun.misc.Signal");
    handler = Class.forName("sun.misc.SignalHandler");
    handle = signal.getMethod("handle", signal, handler);
    call = handler.getMethod("handle", signal);
    number = signal.getMethod("getNumber");
    byDefault = handler.getField("SIG_DFL").get(null);
    ignored = handler.getField("SIG_IGN").get(null);
  }

  /** Empty where the run-time image has none. */
  static Optional<OsSignals> find() {
    try {
      return Optional.of(new OsSignals());
    } catch (ReflectiveOperationException none) {
      return Optional.empty();
    }
  }

  /** What is done on a signal, on a thread that the JVM makes for each. */
  @FunctionalInterface
  interface Action {
    void on(int number);
  }

  /** A handler that can be put in place. */
  @SuppressWarnings("ReferenceEquality") // this is the equals that a proxy needs
  Object handler(Action action) {
    InvocationHandler calls =
        (self, method, arguments) ->
            switch (method.getName()) {
              case "handle" -> {
                action.on((int) Objects.requireNonNull(number.invoke(arguments[0])));
                yield null;
              }
              case "equals" -> self == arguments[0];
              case "hashCode" -> System.identityHashCode(self);
              default -> "Weir's handler of signals";
            };
    return Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls);
  }

  /**
   * Puts a handler in place.
   *
   * @return what was there before; null if the JVM lets nobody have this signal, as under {@code
   *     -Xrs}
   */
  @Nullable Object put(String name, Object fresh) {
    try {
      return handle.invoke(null, named(name), fresh);
    } catch (InvocationTargetException refused) {
      if (refused.getCause() instanceof IllegalArgumentException) {
        return null;
      }
      throw new IllegalStateException("SIG" + name + " cannot be handled", refused.getCause());
    } catch (ReflectiveOperationException impossible) {
      throw new IllegalStateException("SIG" + name + " cannot be handled", impossible);
    }
  }

  /** Whether whoever started this process had it ignored; HotSpot then leaves it so. */
  boolean isIgnored(Object before) {
    return before.equals(ignored);
  }

  /** Whether it is neither the system's way nor the JVM's own, but somebody's handler. */
  boolean isSomebodys(Object before) {
    return !before.equals(byDefault)
        && !isIgnored(before)
        && !before.getClass().getName().startsWith(OF_THE_JVM);
  }

  /** Has a handler do what it does; the system's way cannot be had so, and is nothing. */
  void call(Object other, String name) {
    if (other.equals(byDefault) || isIgnored(other)) {
      return;
    }
    try {
      call.invoke(other, named(name));
    } catch (ReflectiveOperationException failure) {
      throw new IllegalStateException(
          "The handler that SIG%s had before failed".formatted(name), failure);
    }
  }

  private Object named(String name) throws ReflectiveOperationException {
    return signal.getConstructor(String.class).newInstance(name);
  }
}
