package dev.weir.config.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;

/** The driver is asked too: what is refused here it cannot read, or would misread. */
class PostgresUrlTest {
  private static final String[] PIECES = {
    "/",
    "/",
    ":",
    ",",
    "?",
    "&",
    "=",
    "%",
    "%41",
    "[::1]",
    "db",
    "5432",
    "70000",
    "password",
    "port"
  };

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql:",
        "jdbc:postgresql:orders",
        "jdbc:postgresql:?user=x",
        "jdbc:postgresql://",
        "jdbc:postgresql:///",
        "jdbc:postgresql:///orders",
        "jdbc:postgresql://?user=x",
        "jdbc:postgresql://db/?user=x",
        "jdbc:postgresql://db:6543/orders?user=u&ssl&&password=a%26b",
        "jdbc:postgresql://a,b:1/orders",
        "jdbc:postgresql://[::1]:7,[::2]/a%2Fb",
        "jdbc:postgresql://:5433/orders?options=-c%20x=y"
      })
  void is_fine_where_the_driver_can_read_it(String url) {
    assertThat(new PostgresUrl(url).problems()).isEmpty();
    assertThat(Driver.parseURL(url, null)).isNotNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql://db?user=u&password=s3cret | has no '/' after host and port
          jdbc:postgresql://db                        | has no '/' after host and port
          jdbc:postgresql:/                           | must have no '/' or two after
          jdbc:postgresql:/orders                     | must have no '/' or two after
          jdbc:postgresql://db/a/b                    | has more than one '/' after the host
          jdbc:postgresql://db:/x                     | from 1 to 65535 as port
          jdbc:postgresql://db:0/x                    | from 1 to 65535 as port
          jdbc:postgresql://a:1,b:65536/x             | from 1 to 65535 as port
          jdbc:postgresql://db:s3cret/x               | from 1 to 65535 as port
          jdbc:postgresql://db/%zz                    | in the database's name that begins no escape
          jdbc:postgresql:%4                          | in the database's name that begins no escape
          jdbc:postgresql://db/x?a=%zz                | in a parameter that begins no escape
          jdbc:postgresql://db/x?port=s3cret          | has a host or port among the parameters
          """)
  void is_refused_where_the_driver_cannot_read_it(String url, String reason) {
    assertThat(new PostgresUrl(url).problems())
        .singleElement()
        .asString()
        .contains(reason)
        .doesNotContain("s3cret");
    assertThat(Driver.parseURL(url, null)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          jdbc:postgresql://a,,b/x                   | has nothing where a host must be
          jdbc:postgresql://db/x&password=s3cret     | has '&' before any '?'
          jdbc:postgresql:x&password=s3cret          | has '&' before any '?'
          jdbc:postgresql://db/x?host=other          | has a host or port among the parameters
          jdbc:postgresql://db/x?password=a&s3cret   | has a parameter without '=' after a password
          """)
  void is_refused_where_the_driver_would_misread_it(String url, String reason) {
    assertThat(new PostgresUrl(url).problems())
        .singleElement()
        .asString()
        .contains(reason)
        .doesNotContain("s3cret");
  }

  @RepeatedTest(20)
  void whatever_is_found_fine_can_be_read_by_the_driver(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int fine = 0;
    for (int i = 0; i < 500; i++) {
      PostgresUrl url = new PostgresUrl("jdbc:postgresql:" + text(random));
      if (url.problems().isEmpty()) {
        fine++;
        assertThat(Driver.parseURL(url.withoutSecrets(), null)).as(url.text()).isNotNull();
      }
    }
    assertThat(fine).isPositive();
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "//db" : "");
    for (int i = random.nextInt(8); i > 0; i--) {
      text.append(PIECES[random.nextInt(PIECES.length)]);
    }
    return text.toString();
  }
}
