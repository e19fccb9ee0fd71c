/**
 * The room where settings become facts.
 *
 * <p>Everything here is immutable: built once, checked once, safe to share. A value that exists is
 * a value that is valid, so no other room checks it again. What may enter is a setting, its source
 * or its check; nothing here opens a socket, starts a thread or logs, and what deserves a log line
 * is handed out as data ({@link dev.weir.config.WeirConfig#warnings()}). Start reading at {@link
 * dev.weir.config.WeirConfig}, then {@link dev.weir.config.ConfigLoader}.
 */
@NullMarked
package dev.weir.config;

import org.jspecify.annotations.NullMarked;
