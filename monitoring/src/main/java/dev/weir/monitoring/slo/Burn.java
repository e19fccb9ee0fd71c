package dev.weir.monitoring.slo;

/**
 * One rule, looked at. Immutable.
 *
 * @param rule which one
 * @param longRate how fast the budget burns over the long window; 1 would use it up exactly by the
 *     end of the objective's window, 0 if there was no call
 * @param shortRate the same over the short window
 * @param coverage the share of the long window in which calls were counted, 0 to 1
 * @param calls calls in the long window
 * @param failures bad ones among them
 * @param firing whether the rule applies
 */
public record Burn(
    BurnRule rule,
    double longRate,
    double shortRate,
    double coverage,
    long calls,
    long failures,
    boolean firing) {}
