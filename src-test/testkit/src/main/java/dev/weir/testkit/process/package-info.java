/**
 * Server programs as processes: unpacked, started as any user, paused, killed, restarted, removed.
 *
 * <p>Not exported. Only what handles programs, signals and directories may enter; SQL belongs
 * above. PostgreSQL's postmaster is a child of this JVM and not of {@code pg_ctl}, because a test
 * that kills a server must know exactly when it has died. Start reading at {@link
 * dev.weir.testkit.process.OwnServer}.
 */
@NullMarked
package dev.weir.testkit.process;

import org.jspecify.annotations.NullMarked;
