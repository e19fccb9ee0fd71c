@NullMarked
package dev.weir.monitoring.slo;

import org.jspecify.annotations.NullMarked;
