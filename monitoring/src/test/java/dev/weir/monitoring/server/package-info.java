/** Tests of looks at servers, on real ones. */
@NullMarked
package dev.weir.monitoring.server;

import org.jspecify.annotations.NullMarked;
