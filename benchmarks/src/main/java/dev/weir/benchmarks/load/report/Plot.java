package dev.weir.benchmarks.load.report;

import dev.weir.benchmarks.load.measure.Metric;
import dev.weir.benchmarks.load.measure.Results;
import dev.weir.benchmarks.load.rivals.Lenders;
import dev.weir.benchmarks.load.scenarios.Panel;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The medians as a picture: one panel below the other, under one title. */
public final class Plot {

  private static final int WIDTH = 1150;
  private static final int HEAD = 70;
  private static final double SMALL_SHARE = 10;
  private static final int PANEL = 380;
  private static final String SVG = "http://www.w3.org/2000/svg";

  /** Told apart by colour-blind readers too (Okabe and Ito); Weir's comes first. */
  private static final Color[] COLOURS = {
    new Color(0x0072B2),
    new Color(0xD55E00),
    new Color(0xE69F00),
    new Color(0x009E73),
    new Color(0xCC79A7),
    new Color(0x56B4E9),
    new Color(0x7F7F7F),
    new Color(0x000000)
  };

  private final String title;
  private final String subtitle;
  private final List<Panel> panels;
  private final Results results;

  private final String figures;
  private final List<String> everybody;

  /** Not drawn yet; a panel for which nobody has a figure is left out. */
  public Plot(String title, String subtitle, List<Panel> panels, Results results) {
    this.title = title;
    this.subtitle = subtitle;
    this.results = results;
    this.panels = panels.stream().filter(this::hasBars).toList();
    this.everybody =
        results.variants().stream()
            .flatMap(variant -> results.rivals(variant).stream())
            .distinct()
            .sorted(Comparator.comparing(rival -> !rival.equals(Lenders.WEIR)))
            .toList();
    this.figures = Table.of(panels.stream().map(Panel::metric).distinct().toList(), results);
  }

  /** Drawn, as an SVG document, which says in words what those who see no picture miss. */
  public String svg() {
    var context = SVGGeneratorContext.createDefault(document());
    // Letters come as outlines: a tenth of a pixel is enough for them.
    context.setPrecision(1);
    context.setComment(null);
    var canvas = new SVGGraphics2D(context, false);
    draw(canvas);
    Element root = canvas.getRoot();
    root.insertBefore(words(root, "desc", subtitle + "\n" + figures), root.getFirstChild());
    root.insertBefore(words(root, "title", title), root.getFirstChild());
    try {
      var out = new StringWriter();
      canvas.stream(root, out, true, false);
      return out.toString();
    } catch (IOException never) {
      throw new UncheckedIOException(never);
    }
  }

  private static Element words(Element root, String name, String text) {
    Element words = root.getOwnerDocument().createElementNS(SVG, name);
    words.setTextContent(text);
    return words;
  }

  private void draw(SVGGraphics2D canvas) {
    int height = HEAD + panels.size() * PANEL;
    canvas.setSVGCanvasSize(new Dimension(WIDTH, height));
    canvas.setColor(Color.WHITE);
    canvas.fillRect(0, 0, WIDTH, height);
    head(canvas);
    for (int i = 0; i < panels.size(); i++) {
      var below = (Graphics2D) canvas.create();
      below.translate(0, HEAD + i * PANEL);
      chart(panels.get(i)).paint(below, WIDTH, PANEL);
      below.dispose();
    }
  }

  private void head(Graphics2D canvas) {
    canvas.setColor(Color.BLACK);
    canvas.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
    canvas.drawString(title, 20, 30);
    canvas.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    canvas.drawString(subtitle, 20, 52);
  }

  private CategoryChart chart(Panel panel) {
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(WIDTH)
            .height(PANEL)
            .title(panel.title())
            .xAxisTitle(panel.variants())
            .yAxisTitle(axis(panel.metric()))
            .build();
    List<String> variants =
        results.variants().stream().filter(variant -> shown(panel, variant)).toList();
    for (String rival : rivals(panel, variants)) {
      chart
          .addSeries(rival, variants, heights(panel, variants, rival))
          .setFillColor(COLOURS[Math.min(everybody.indexOf(rival), COLOURS.length - 1)]);
    }
    dress(chart, panel);
    scale(chart, panel, variants);
    return chart;
  }

  /** Whole decades, or the whole of what can be shared unless all is small; else as it comes. */
  private void scale(CategoryChart chart, Panel panel, List<String> variants) {
    var style = chart.getStyler();
    if (panel.logarithmic()) {
      DoubleSummaryStatistics bars = bars(panel, variants);
      style.setYAxisMin(Math.pow(10, Math.floor(Math.log10(bars.getMin()))));
      style.setYAxisMax(Math.pow(10, Math.ceil(Math.log10(bars.getMax() * 1.01))));
    } else if (panel.metric().unit().equals("%")) {
      double most = bars(panel, variants).getMax();
      style.setYAxisMin(0.0);
      style.setYAxisMax(most < SMALL_SHARE ? 1.1 * most : Math.max(100.0, 1.05 * most));
    }
  }

  /** The least and the highest bar. */
  private DoubleSummaryStatistics bars(Panel panel, List<String> variants) {
    var bars = new DoubleSummaryStatistics();
    for (String variant : variants) {
      for (String rival : results.rivals(variant)) {
        Double height = height(panel, variant, rival);
        if (height != null) {
          bars.accept(height);
        }
      }
    }
    return bars;
  }

  private boolean hasBars(Panel panel) {
    return results.variants().stream().anyMatch(variant -> shown(panel, variant));
  }

  private boolean shown(Panel panel, String variant) {
    return variant.startsWith(panel.only())
        && results.rivals(variant).stream()
            .anyMatch(rival -> height(panel, variant, rival) != null);
  }

  /** Those of whom there is anything to show. */
  private List<String> rivals(Panel panel, List<String> variants) {
    return everybody.stream()
        .filter(rival -> variants.stream().anyMatch(it -> height(panel, it, rival) != null))
        .toList();
  }

  private List<@Nullable Double> heights(Panel panel, List<String> variants, String rival) {
    List<@Nullable Double> heights = new ArrayList<>();
    variants.forEach(variant -> heights.add(height(panel, variant, rival)));
    return heights;
  }

  private @Nullable Double height(Panel panel, String variant, String rival) {
    double median = results.median(variant, rival, panel.metric());
    return Double.isNaN(median) || (panel.logarithmic() && median <= 0) ? null : median;
  }

  private static String axis(Metric metric) {
    return metric.unit().isEmpty() ? metric.name() : metric.name() + " (" + metric.unit() + ")";
  }

  private static void dress(CategoryChart chart, Panel panel) {
    var style = chart.getStyler();
    style.setYAxisLogarithmic(panel.logarithmic());
    String decimals = "#".repeat(panel.metric().decimals());
    style.setYAxisDecimalPattern("#,##0" + (decimals.isEmpty() ? "" : "." + decimals));
    style.setLegendPosition(LegendPosition.OutsideE);
    style.setLegendLayout(LegendLayout.Vertical);
    style.setLegendBorderColor(Color.WHITE);
    style.setChartBackgroundColor(Color.WHITE);
    style.setPlotBorderVisible(false);
    style.setAvailableSpaceFill(0.8);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    style.setLabelsVisible(true);
    style.setLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 10));
    style.setLabelsPosition(1.0);
  }

  private static Document document() {
    try {
      return DocumentBuilderFactory.newInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG, "svg", null);
    } catch (ParserConfigurationException never) {
      throw new IllegalStateException(never);
    }
  }
}
