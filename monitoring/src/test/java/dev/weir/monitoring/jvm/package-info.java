/** Tests of looks at the JVM, with each trouble made for real. */
@NullMarked
package dev.weir.monitoring.jvm;

import org.jspecify.annotations.NullMarked;
