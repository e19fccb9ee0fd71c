package dev.weir;

import java.lang.reflect.Proxy;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** A service in a JVM of its own that stops in a roundabout way. */
final class CircularService {

  private CircularService() {}

  /** The argument says which. */
  public static void main(String[] arguments) throws Exception {
    switch (arguments[0]) {
      case "hook" -> fromAHook();
      case "task" -> exitInATask();
      case "handler" -> fromAHandler();
      default -> throw new IllegalArgumentException(arguments[0]);
    }
    new CountDownLatch(1).await();
  }

  /** Two hooks at once: ours and one that closes, as Spring's does. */
  private static void fromAHook() {
    Weir weir = Weir.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  weir.close();
                  weir.close();
                  System.out.println("the hook has closed");
                }));
    System.out.println("ready");
  }

  /** The exit waits for our hook, which must not wait for the task that called it. */
  private static void exitInATask() {
    Weir weir = Weir.start();
    weir.tasks()
        .run(
            "leaver",
            () -> {
              System.out.println("ready");
              System.exit(3);
            });
  }

  /** A handler from before us, which we call, and a task close while we stop. */
  private static void fromAHandler() throws ReflectiveOperationException {
    var handed = new CompletableFuture<Weir>();
    var heard = new CountDownLatch(1);
    handle(
        "TERM",
        () -> {
          heard.countDown();
          handed.join().close();
          System.out.println("the handler has closed");
        });
    Weir weir = Weir.start();
    handed.complete(weir);
    weir.tasks()
        .run(
            "closer",
            () -> {
              heard.await();
              weir.close();
              System.out.println("the task has closed");
            });
    System.out.println("ready");
  }

  /** By reflection, since javac warns of any mention. */
  @SuppressWarnings("ReferenceEquality") // this is the equals that a proxy needs
  private static void handle(String name, Runnable action) throws ReflectiveOperationException {
    Class<?> handler = Class.forName("sun.misc.SignalHandler");
    Class<?> signal = Class.forName("sun.misc.Signal");
    Object ours =
        Proxy.newProxyInstance(
            null,
            new Class<?>[] {handler},
            (self, method, values) -> {
              if (method.getName().equals("handle")) {
                action.run();
              }
              return method.getName().equals("equals") ? self == values[0] : null;
            });
    signal
        .getMethod("handle", signal, handler)
        .invoke(null, signal.getConstructor(String.class).newInstance(name), ours);
  }
}
