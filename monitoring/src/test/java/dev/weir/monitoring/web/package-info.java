/** Tests of the HTTP door's own parts. */
@NullMarked
package dev.weir.monitoring.web;

import org.jspecify.annotations.NullMarked;
