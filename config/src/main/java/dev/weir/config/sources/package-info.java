/**
 * Where settings are written: files, the environment, system properties, the program. Everything
 * here is raw text with its place; what it means is decided elsewhere. Start reading at {@link
 * dev.weir.config.sources.Places}.
 */
@NullMarked
package dev.weir.config.sources;

import org.jspecify.annotations.NullMarked;
