/**
 * A small HTTP door on the JDK's server: whose requests it takes, and for how long.
 *
 * <p>It knows nothing of health; whoever opens it brings the pages. What may enter is what keeps
 * strangers, browsers that were led astray and slow callers from doing harm. Start reading at
 * {@link dev.weir.monitoring.web.HttpDoor}.
 */
@NullMarked
package dev.weir.monitoring.web;

import org.jspecify.annotations.NullMarked;
