package dev.weir.config.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskingTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          redis://cache:6379/0                     | redis://cache:6379/0
          redis://:SECRET@cache                    | redis://:***@cache
          redis://SECRET@cache                     | redis://***@cache
          rediss://me:SE@CR/E?T@cache/1            | rediss://me:***@cache/1
          jdbc:postgresql://u:SECRET@db/x          | jdbc:postgresql://u:***@db/x
          jdbc:postgresql:db?password=SECRET       | jdbc:postgresql:db?password=***
          jdbc:postgresql://a/b?password=S&E&x=1   | jdbc:postgresql://a/b?password=***&x=1
          jdbc:postgresql://a/b?sslPassword=S@CRET | jdbc:postgresql://a/b?sslPassword=***
          SECRET@cache                             | ***@cache
          """)
  void hides_what_may_be_a_password(String address, String shown) {
    assertThat(Masking.address(address)).isEqualTo(shown);
  }
}
