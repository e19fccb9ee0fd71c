/**
 * A small order service under load: the demo, and a model of how a service uses Weir.
 *
 * <p>The service is written once and runs on two sides, Weir and bare HikariCP, which differ in one
 * small class each; load, clock and figures are the same for both. Only what shows Weir at work in
 * a service may enter; what measures a part of it belongs to the benchmarks. Start reading at
 * {@link dev.weir.sample.OrderService}, then {@link dev.weir.sample.WeirSide}; {@link
 * dev.weir.sample.Demo} puts them on the stage.
 */
@NullMarked
package dev.weir.sample;

import org.jspecify.annotations.NullMarked;
