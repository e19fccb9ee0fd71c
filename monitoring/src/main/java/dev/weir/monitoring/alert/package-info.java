/**
 * The room where somebody is told, and where something is done while a budget burns.
 *
 * <p>Alerts: what is looked at again and again, when it is worth a word, and who hears it. Budget
 * policies: the one place of this module that changes something below, only where asked to, and
 * undoes it. Start reading at {@link dev.weir.monitoring.alert.Alerts} and {@link
 * dev.weir.monitoring.alert.BudgetPolicy}.
 */
@NullMarked
package dev.weir.monitoring.alert;

import org.jspecify.annotations.NullMarked;
