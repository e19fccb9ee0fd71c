package dev.weir.monitoring.export;

import dev.weir.monitoring.telemetry.Metric;
import dev.weir.monitoring.telemetry.Metric.Kind;
import dev.weir.monitoring.telemetry.Readout;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableDoubleMeasurement;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.api.metrics.ObservableMeasurement;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Tells OpenTelemetry all values of a readout in one callback, whenever it collects. */
public final class OtelFeed {

  private final Readout readout;
  private final Map<Metric, Instrument> instruments = new EnumMap<>(Metric.class);
  private final List<ObservableMeasurement> observed = new ArrayList<>();

  private interface Instrument {
    void record(double value, Attributes attributes);
  }

  private OtelFeed(Readout readout) {
    this.readout = readout;
  }

  /** From now on every collection looks, until the callback is closed. */
  public static BatchCallback register(Meter meter, Readout readout) {
    var feed = new OtelFeed(readout);
    for (Metric metric : Metric.values()) {
      if (metric.kind() != Kind.HISTOGRAM) {
        feed.instruments.put(metric, feed.instrument(meter, metric));
      }
    }
    return meter.batchCallback(
        feed::collect,
        feed.observed.getFirst(),
        feed.observed.stream().skip(1).toArray(ObservableMeasurement[]::new));
  }

  private Instrument instrument(Meter meter, Metric metric) {
    return switch (metric.kind()) {
      case UP_DOWN ->
          whole(
              meter
                  .upDownCounterBuilder(metric.id())
                  .setUnit(metric.unit())
                  .setDescription(metric.description())
                  .buildObserver());
      case COUNTER ->
          whole(
              meter
                  .counterBuilder(metric.id())
                  .setUnit(metric.unit())
                  .setDescription(metric.description())
                  .buildObserver());
      default ->
          broken(
              meter
                  .gaugeBuilder(metric.id())
                  .setUnit(metric.unit())
                  .setDescription(metric.description())
                  .buildObserver());
    };
  }

  private Instrument whole(ObservableLongMeasurement instrument) {
    observed.add(instrument);
    return (value, attributes) -> instrument.record((long) value, attributes);
  }

  private Instrument broken(ObservableDoubleMeasurement instrument) {
    observed.add(instrument);
    return instrument::record;
  }

  private void collect() {
    readout
        .read()
        .forEach(
            (series, value) ->
                Objects.requireNonNull(instruments.get(series.metric()))
                    .record(value, series.attributes()));
  }
}
