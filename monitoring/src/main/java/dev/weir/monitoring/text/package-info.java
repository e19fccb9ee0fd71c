/** Text that may be shown: cut to a readable length, without secrets. Knows nothing of health. */
@NullMarked
package dev.weir.monitoring.text;

import org.jspecify.annotations.NullMarked;
