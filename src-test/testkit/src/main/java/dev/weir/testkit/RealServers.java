package dev.weir.testkit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives a test class real servers as parameters of its constructor, tests and lifecycle methods:
 * {@link TestDatabase} is new for each top-level class, shared with its nested classes and dropped
 * after it; {@link PostgresServer} and {@link RedisServer} are the shared ones of {@link
 * TestServers}, Redis emptied before each class. Classes of one JVM must not run at the same time
 * if they use Redis.
 */
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(RealServersExtension.class)
public @interface RealServers {}
