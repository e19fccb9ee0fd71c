/**
 * What a run leaves behind: a table on the console, a CSV file, a picture.
 *
 * <p>Nothing here measures or judges. Start reading at {@link
 * dev.weir.benchmarks.load.report.Report}.
 */
@NullMarked
package dev.weir.benchmarks.load.report;

import org.jspecify.annotations.NullMarked;
