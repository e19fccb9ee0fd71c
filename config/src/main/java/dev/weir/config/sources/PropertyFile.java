package dev.weir.config.sources;

import dev.weir.config.sources.Raw.Kind;
import dev.weir.config.sources.Reading.Fault;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Reads a properties file line by line, so that each value knows its line. The JDK reads each line
 * (escapes, separators); only where a line ends is decided here: the JDK does not tell. For one
 * thread.
 */
final class PropertyFile {
  static final String PREFIX = "weir.";

  private final Kind kind;
  private final String place;
  private final List<Raw> raws = new ArrayList<>();
  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Integer> lines = new HashMap<>();

  private PropertyFile(Kind kind, String place) {
    this.kind = kind;
    this.place = place;
  }

  /** What the bytes of a file say. */
  static Reading read(Kind kind, String place, byte[] bytes) {
    PropertyFile file = new PropertyFile(kind, place);
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      file.read(text.startsWith("\uFEFF") ? text.substring(1) : text);
    } catch (IOException notText) {
      file.fault("", 0, "is not UTF-8 text; save the file as UTF-8");
    }
    return new Reading(file.raws, file.faults, List.of());
  }

  /** That the file could not be read. */
  static Reading unreadable(Kind kind, String place, IOException why) {
    PropertyFile file = new PropertyFile(kind, place);
    file.fault("", 0, "cannot be read: " + why);
    return new Reading(List.of(), file.faults, List.of());
  }

  private void read(String text) {
    StringBuilder logical = new StringBuilder();
    int first = 0;
    int number = 0;
    for (String line : text.split("\r\n|\r|\n", -1)) {
      number++;
      if (logical.isEmpty()) {
        first = number;
      }
      boolean comment = logical.isEmpty() && isComment(line);
      logical.append(line);
      if (comment || !goesOn(line)) {
        entry(logical.toString(), first);
        logical.setLength(0);
      } else {
        logical.append('\n');
      }
    }
    entry(logical.toString(), first);
  }

  private static boolean isComment(String line) {
    String text = line.stripLeading();
    return text.startsWith("#") || text.startsWith("!");
  }

  /** An odd number of backslashes at its end carries a line on. */
  private static boolean goesOn(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\\') {
      end--;
    }
    return (line.length() - end) % 2 == 1;
  }

  private void entry(String logical, int line) {
    Properties one = new Properties();
    try {
      one.load(new StringReader(logical));
    } catch (IOException | IllegalArgumentException malformed) {
      fault("", line, "cannot be read: " + malformed.getMessage() + "; write a backslash as \\\\");
      return;
    }
    for (String name : one.stringPropertyNames()) {
      entry(name, one.getProperty(name, ""), line);
    }
  }

  private void entry(String name, String value, int line) {
    Integer earlier = lines.putIfAbsent(name, line);
    if (earlier != null) {
      fault(name, line, "already set on line " + earlier + "; keep one of the two");
    } else if (!name.startsWith(PREFIX)) {
      fault(name, line, "keys in this file begin with \"weir.\"; write " + PREFIX + name);
    } else {
      raws.add(new Raw(kind, name.substring(PREFIX.length()), value, place, line));
    }
  }

  private void fault(String key, int line, String reason) {
    faults.add(new Fault(new Raw(kind, key, "", place, line), reason));
  }
}
