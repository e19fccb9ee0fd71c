/** Servers that speak TLS, and certificates that come and go. */
@NullMarked
package dev.weir.pool.tls;

import org.jspecify.annotations.NullMarked;
