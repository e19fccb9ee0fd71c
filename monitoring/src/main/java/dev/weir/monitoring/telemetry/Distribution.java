package dev.weir.monitoring.telemetry;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.context.Context;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One distribution of durations: counted in striped buckets, and recorded in whatever histogram of
 * a library stands behind it. Safe for use by many threads; recording allocates nothing.
 */
public final class Distribution {

  private static final double NANOS = 1e9;

  private final Ledger ledger;
  private final Metric metric;
  private final Attributes attributes;
  private final DoubleHistogram histogram;
  private final long[] bounds;
  private final List<LongAdder> counts;
  private final LongAdder sum = new LongAdder();
  private volatile @Nullable LongConsumer follower;

  Distribution(Ledger ledger, Metric metric, Attributes attributes, DoubleHistogram histogram) {
    this.ledger = ledger;
    this.metric = metric;
    this.attributes = attributes;
    this.histogram = histogram;
    this.bounds = metric.buckets().stream().mapToLong(it -> Math.round(it * NANOS)).toArray();
    this.counts = IntStream.rangeClosed(0, bounds.length).mapToObj(_ -> new LongAdder()).toList();
  }

  /**
   * What it has come to.
   *
   * @param counts in each bucket; one more than there are bounds
   * @param seconds the sum
   */
  public record State(List<Long> counts, double seconds) {

    /** How many there are. */
    public long count() {
      return counts.stream().mapToLong(Long::longValue).sum();
    }
  }

  /** Of which metric. */
  public Metric metric() {
    return metric;
  }

  /** What tells it from others. */
  public Attributes attributes() {
    return attributes;
  }

  /** What it has come to; buckets and sum are read one after the other. */
  public State state() {
    return new State(counts.stream().map(LongAdder::sum).toList(), sum.sum() / NANOS);
  }

  /** From now on tells this of each duration, in nanoseconds. */
  public void follow(LongConsumer follower) {
    this.follower = follower;
  }

  /** One more. */
  public void record(long nanos) {
    counts.get(bucket(nanos)).increment();
    sum.add(nanos);
    if (ledger.isTold()) {
      histogram.record(nanos / NANOS, attributes);
    }
    LongConsumer told = follower;
    if (told != null) {
      told.accept(nanos);
    }
  }

  /** So many of nothing, outside any trace. */
  void recordZeros(long many) {
    counts.getFirst().add(many);
    LongConsumer told = follower;
    boolean toldLibrary = ledger.isTold();
    for (long i = 0; i < many && (toldLibrary || told != null); i++) {
      if (toldLibrary) {
        histogram.record(0, attributes, Context.root());
      }
      if (told != null) {
        told.accept(0);
      }
    }
  }

  private int bucket(long nanos) {
    int at = 0;
    while (at < bounds.length && nanos > bounds[at]) {
      at++;
    }
    return at;
  }

  @Override
  public String toString() {
    return metric.id() + attributes + Arrays.toString(counts.toArray());
  }
}
