package dev.weir.monitoring.export;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An SDK that Weir starts because the process is told to have one and nobody else has started it.
 * The only class that needs the SDK; nobody loads it where there is none.
 */
public final class OwnSdk implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("dev.weir.monitoring");
  private static final long PATIENCE_SECONDS = 10;

  private final OpenTelemetrySdk sdk;

  private OwnSdk(OpenTelemetrySdk sdk) {
    this.sdk = sdk;
  }

  /** Whether settings of OpenTelemetry's own are there, and the SDK that reads them is. */
  public static boolean isWanted(Map<String, String> environment, Iterable<String> properties) {
    boolean told = environment.keySet().stream().anyMatch(it -> it.startsWith("OTEL_"));
    for (String property : properties) {
      told |= property.startsWith("otel.");
    }
    return told && isThere();
  }

  private static boolean isThere() {
    try {
      Class.forName(
          "io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk",
          false,
          OwnSdk.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException _) {
      return false;
    }
  }

  /**
   * Starts it, by its own settings; not as the global one.
   *
   * @throws RuntimeException if those are wrong, such as an exporter that is not on the path
   */
  public static OwnSdk start() {
    OpenTelemetrySdk sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .disableShutdownHook()
            .build()
            .getOpenTelemetrySdk();
    LOG.info("OpenTelemetry's SDK was started by its own settings, OTEL_* or otel.*");
    return new OwnSdk(sdk);
  }

  /** To tell figures and spans to. */
  public OpenTelemetry openTelemetry() {
    return sdk;
  }

  /** Sends what has not been sent, for ten seconds at most, and ends it. */
  @Override
  public void close() {
    if (!sdk.shutdown().join(PATIENCE_SECONDS, TimeUnit.SECONDS).isSuccess()) {
      LOG.warn("OpenTelemetry's SDK could not send all it had before its end");
    }
  }
}
