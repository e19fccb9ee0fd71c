package dev.weir.pool.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class DelegationTest {

  private static final List<Class<?>> WRAPPERS =
      List.of(
          LeasedConnection.class,
          LeasedStatement.class,
          LeasedPreparedStatement.class,
          LeasedCallableStatement.class,
          LeasedResultSet.class,
          LeasedMetaData.class);

  @Test
  void leaves_no_method_of_jdbc_open_its_default_methods_included() throws Exception {
    assertThat(Wrapping.OF).isNotNull();
    for (Class<?> wrapper : WRAPPERS) {
      Class<?> whole = Class.forName(wrapper.getName() + "$Whole");
      assertThat(whole.getSuperclass()).isEqualTo(wrapper);
      assertThat(Arrays.stream(whole.getMethods()))
          .noneMatch(method -> method.getDeclaringClass().isInterface() && !isStatic(method));
    }
  }

  @Test
  void costs_little_at_start() throws Exception {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String classes = System.getProperty("java.class.path");
    Process child =
        new ProcessBuilder(java, "-cp", classes, StartCost.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.out.printf("In a JVM of their own %s%n", said.strip());
    assertThat(child.waitFor()).as(said).isZero();
    assertThat(said).contains("the wrappers of JDBC took");
  }

  private static boolean isStatic(java.lang.reflect.Method method) {
    return Modifier.isStatic(method.getModifiers());
  }
}
