package dev.weir.tasks;

import java.util.Map;
import org.slf4j.MDC;

/** Carries the mapped diagnostic context; costs next to nothing where there is none. */
enum MdcCarrier implements ContextCarrier {
  INSTANCE;

  @Override
  public Captured capture() {
    Map<String, String> context = MDC.getCopyOfContextMap();
    return context == null || context.isEmpty() ? Captured.NOTHING : () -> bind(context);
  }

  private static Binding bind(Map<String, String> context) {
    Map<String, String> before = MDC.getCopyOfContextMap();
    MDC.setContextMap(context);
    return () -> {
      if (before == null) {
        MDC.clear();
      } else {
        MDC.setContextMap(before);
      }
    };
  }
}
