package dev.weir.config.address;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The URI of a Redis, read as Lettuce reads it. Stateless. */
public final class RedisUri {
  private static final Pattern DATABASE = Pattern.compile("[0-9]{1,9}");
  private static final String PARAMETER = "database=";

  private RedisUri() {}

  /** What is wrong with it, each with the way to write it; empty for nothing. */
  public static List<String> problems(String text) {
    if (!text.startsWith("redis://") && !text.startsWith("rediss://")) {
      return List.of("must begin with redis:// or rediss://, such as redis://localhost");
    }
    try {
      URI uri = new URI(text);
      return uri.getHost() == null ? List.of(withoutHost()) : wrongWith(uri);
    } catch (URISyntaxException unreadable) {
      return List.of(withoutHost());
    }
  }

  private static String withoutHost() {
    return "is no URI with a host, such as redis://localhost:6379; a host has no '_', and in the"
        + " password write @ : / ? # and % as %40 %3A %2F %3F %23 and %25";
  }

  private static List<String> wrongWith(URI uri) {
    List<String> problems = new ArrayList<>();
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      problems.add("must have a port from 1 to 65535, or none for 6379");
    }
    String path = uri.getPath();
    boolean noPath = path.isEmpty() || path.equals("/");
    if (!(noPath || DATABASE.matcher(path.substring(1)).matches()) || !hasFineParameter(uri)) {
      problems.add(
          "must give the database as a whole number, such as redis://localhost:6379/1, or none for"
              + " 0");
    }
    return problems;
  }

  /** Lettuce passes over a database in the parameters that is no number, and takes database 0. */
  private static boolean hasFineParameter(URI uri) {
    String query = uri.getQuery();
    return query == null
        || Stream.of(query.split("[&;]", -1))
            .filter(parameter -> parameter.startsWith(PARAMETER))
            .map(parameter -> parameter.substring(PARAMETER.length()))
            .allMatch(number -> DATABASE.matcher(number).matches());
  }
}
