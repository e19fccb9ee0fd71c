package dev.weir.benchmarks.load.rivals;

/**
 * How one rival lends to callers of different importance. Immutable.
 *
 * @param quiet to those who ask for little and want it soon
 * @param hog to those who ask for everything
 * @param probe to an operator who wants to know whether anything still goes
 */
public record Roles(Lender quiet, Lender hog, Lender probe) {}
