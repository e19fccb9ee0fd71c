package dev.weir.config.sources;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.config.sources.Raw.Kind;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PropertyFileTest {
  @Test
  void knows_the_line_each_value_begins_on() {
    String text =
        "\uFEFFweir.a=1\r\n# weir.no=\\\n\n  ! note\n\tweir.b : two \\\n   lines\rweir.c\\\\=x\nweir.d";

    assertThat(read(text).raws())
        .extracting(raw -> raw.line() + " " + raw.key() + "=" + raw.value())
        .containsExactly("1 a=1", "5 b=two lines", "7 c\\=x", "8 d=");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "weir.a=1\\\n",
        "weir.a=1\\",
        "weir.a=\\\n\\\n x",
        "weir.a=x\\\\\nweir.b=y\\\\\\\nz",
        "weir.a=1\n\\\nweir.b=2",
        "weir.a=\\u00fc\\t\\:\\=\nweir.b\\ c=d",
        "   \n\f\nweir.a  b\n#\n!",
        "weir.a=#no comment\nweir.b=\\\n#no comment either",
        ""
      })
  void reads_what_the_jdk_reads(String text) throws IOException {
    Properties expected = new Properties();
    expected.load(new StringReader(text));

    Map<String, String> found =
        read(text).raws().stream()
            .collect(Collectors.toMap(raw -> "weir." + raw.key(), Raw::value));
    assertThat(found).isEqualTo(expected);
    assertThat(read(text).faults()).isEmpty();
  }

  @Test
  void goes_on_after_a_line_it_cannot_read() {
    Reading reading = read("weir.a=\\u12\nweir.b=2");

    assertThat(reading.raws()).extracting(Raw::key).isEqualTo(List.of("b"));
    assertThat(reading.faults())
        .singleElement()
        .satisfies(fault -> assertThat(fault.at().line()).isEqualTo(1));
  }

  private static Reading read(String text) {
    return PropertyFile.read(Kind.DIRECTORY, "weir.properties", text.getBytes(UTF_8));
  }
}
