/**
 * What parts of Weir cost, with their rivals measured in the same run by JMH.
 *
 * <p>A benchmark enters with the rival it is to be judged by and with a sentence that says exactly
 * what is compared. Loads of many threads, where fairness counts and not nanoseconds, are next door
 * in {@link dev.weir.benchmarks.load}. Start reading at {@link
 * dev.weir.benchmarks.BorrowBenchmark}.
 */
@NullMarked
package dev.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
