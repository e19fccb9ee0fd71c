/** Tests of health and telemetry, on real servers and a real OpenTelemetry SDK. */
@NullMarked
package dev.weir.monitoring;

import org.jspecify.annotations.NullMarked;
