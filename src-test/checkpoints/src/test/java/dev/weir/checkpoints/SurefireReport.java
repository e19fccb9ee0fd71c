package dev.weir.checkpoints;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** What Surefire wrote about one test class. */
final class SurefireReport {

  private SurefireReport() {}

  /** What passed according to all reports below this directory written at this time or later. */
  static String passedSince(Instant start, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root, 5)) {
      return files
          .filter(file -> file.toString().contains("surefire-reports"))
          .filter(file -> file.getFileName().toString().matches("TEST-.*\\.xml"))
          .filter(file -> !lastWritten(file).isBefore(start))
          .map(SurefireReport::passed)
          .collect(Collectors.joining());
    }
  }

  private static Instant lastWritten(Path file) {
    try {
      return Files.getLastModifiedTime(file).toInstant();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** One line for each test that passed: simple class name, {@code #}, method name. */
  static String passed(Path file) {
    try {
      var cases =
          DocumentBuilderFactory.newDefaultInstance()
              .newDocumentBuilder()
              .parse(file.toFile())
              .getElementsByTagName("testcase");
      return IntStream.range(0, cases.getLength())
          .mapToObj(index -> (Element) cases.item(index))
          .filter(SurefireReport::isGreen)
          .map(test -> lines(test, file))
          .collect(Collectors.joining());
    } catch (IOException | SAXException | ParserConfigurationException failure) {
      throw new AssertionError("cannot read " + file, failure);
    }
  }

  private static boolean isGreen(Element test) {
    return test.getElementsByTagName("failure").getLength() == 0
        && test.getElementsByTagName("error").getLength() == 0
        && test.getElementsByTagName("skipped").getLength() == 0;
  }

  /** A nested class that was inherited is named by who declared it: the report says who ran it. */
  private static String lines(Element test, Path file) {
    String name = "#" + test.getAttribute("name").replaceAll("[({\\[].*", "") + "\n";
    String declared = simple(test.getAttribute("classname"));
    String ran = simple(file.getFileName().toString().replaceAll("^TEST-|\\.xml$", ""));
    return declared.equals(ran) ? declared + name : declared + name + ran + name;
  }

  private static String simple(String type) {
    return type.replaceAll("\\$.*", "").replaceAll(".*\\.", "");
  }
}
