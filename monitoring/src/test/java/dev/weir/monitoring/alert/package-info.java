@NullMarked
package dev.weir.monitoring.alert;

import org.jspecify.annotations.NullMarked;
