/**
 * The addresses of servers as their drivers read them: what is wrong with one, told before a driver
 * sees it, and which part of it is secret. What no driver reads stays out. Start reading at {@link
 * dev.weir.config.address.PostgresUrl}.
 */
@NullMarked
package dev.weir.config.address;

import org.jspecify.annotations.NullMarked;
