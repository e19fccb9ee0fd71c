@NullMarked
package dev.weir.monitoring.history;

import org.jspecify.annotations.NullMarked;
