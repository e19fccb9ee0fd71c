package dev.weir.benchmarks.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.benchmarks.load.measure.Figures;
import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.scenarios.Panel;
import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class ReportTest {

  private static final Metric WAIT = new Metric("wait", "ms", 1);
  private static final Metric RATE = new Metric("rate", "/s", 0);
  private static final Results RESULTS =
      new Results(
          List.of(
              round("light", "Weir", 1, 1, 1_000),
              round("light", "Weir", 2, 3, 1_000),
              round("light", "Weir", 3, 2, 1_000),
              round("light", "Other, \"30 s\"", 1, 250, 10),
              new Results.Round("heavy", "Weir", 1, Figures.none().with(WAIT, 4))));

  private static Results.Round round(
      String variant, String rival, int number, double wait, double rate) {
    return new Results.Round(
        variant, rival, number, Figures.none().with(WAIT, wait).with(RATE, rate));
  }

  @Test
  void a_table_gives_medians_with_their_spread_and_a_dash_for_what_does_not_apply() {
    assertThat(Table.of(List.of(WAIT, RATE), RESULTS))
        .isEqualTo(
            """
            load   rival                 wait ms  rate /s
            light  Weir           2.0 [1.0..3.0]    1,000
            light  Other, "30 s"           250.0       10
            heavy  Weir                      4.0        -""");
  }

  @Test
  void a_csv_file_has_every_round_and_quotes_what_would_be_misread() {
    assertThat(Csv.of(List.of(WAIT, RATE), RESULTS))
        .isEqualTo(
            """
            load,rival,round,wait ms,rate /s
            light,Weir,1,1.0,1000
            light,Weir,2,3.0,1000
            light,Weir,3,2.0,1000
            light,"Other, ""30 s""\",1,250.0,10
            heavy,Weir,1,4.0,
            """);
  }

  @Test
  void a_plot_draws_a_bar_for_each_figure_and_says_the_same_in_words() throws Exception {
    Document document = drawn(Panel.logarithmic("Waits", "load", WAIT));
    assertThat(text(document, "title")).isEqualTo("Title");
    assertThat(text(document, "desc"))
        .startsWith("2 processors, 2026-11-23")
        .contains("wait ms", "light", "heavy", "Weir", "Other, \"30 s\"");
    int shapes = document.getElementsByTagName("path").getLength();
    int more =
        drawn(Panel.logarithmic("Waits", "load", WAIT), Panel.linear("Rates", "load", RATE))
            .getElementsByTagName("path")
            .getLength();
    assertThat(more).as("the second panel is drawn too").isGreaterThan(shapes);
  }

  @Test
  void a_panel_for_which_nobody_has_a_figure_is_left_out() throws Exception {
    Document without = drawn(Panel.linear("Waits", "load", WAIT));
    Document with =
        drawn(
            Panel.linear("Waits", "load", WAIT),
            Panel.logarithmic("None", "load", new Metric("none", "ms", 1)));
    assertThat(with.getDocumentElement().getAttribute("height"))
        .isNotEmpty()
        .isEqualTo(without.getDocumentElement().getAttribute("height"));
  }

  private static Document drawn(Panel... panels) throws Exception {
    var plot = new Plot("Title", "2 processors, 2026-11-23", List.of(panels), RESULTS);
    var factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(plot.svg())));
  }

  private static String text(Document document, String element) {
    return document.getElementsByTagName(element).item(0).getTextContent();
  }
}
