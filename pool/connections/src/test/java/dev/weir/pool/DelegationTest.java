package dev.weir.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Modifier;
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

  private static boolean isStatic(java.lang.reflect.Method method) {
    return Modifier.isStatic(method.getModifiers());
  }
}
