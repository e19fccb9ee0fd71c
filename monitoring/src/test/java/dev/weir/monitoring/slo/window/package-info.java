@NullMarked
package dev.weir.monitoring.slo.window;

import org.jspecify.annotations.NullMarked;
