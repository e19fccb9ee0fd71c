package dev.weir.testkit.process;

import java.io.IOException;
import java.io.InputStream;

/** Opens an archive of programs from its beginning. */
@FunctionalInterface
public interface ArchiveSource {
  InputStream open() throws IOException;
}
