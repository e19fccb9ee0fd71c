/** Tests of text that may be shown. */
@NullMarked
package dev.weir.monitoring.text;

import org.jspecify.annotations.NullMarked;
