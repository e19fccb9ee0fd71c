package dev.weir.monitoring.trace;

import dev.weir.tasks.ContextCarrier;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;

/** Carries OpenTelemetry's context, the caller's trace and baggage; nothing where there is none. */
public enum TraceCarrier implements ContextCarrier {
  /** The one there is. */
  INSTANCE;

  @Override
  public Captured capture() {
    Context context = Context.current();
    return context.equals(Context.root()) ? Captured.NOTHING : () -> bind(context);
  }

  // Closed with the binding.
  @SuppressWarnings("MustBeClosedChecker")
  private static Binding bind(Context context) {
    Scope scope = context.makeCurrent();
    return scope::close;
  }
}
