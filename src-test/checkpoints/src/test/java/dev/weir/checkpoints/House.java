package dev.weir.checkpoints;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** Every published class, read once. */
final class House {

  /** Fewer than this and the rules would hold for lack of anything to look at. */
  static final int LEAST_CLASSES = 150;

  static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .withImportOption(location -> !location.contains("/testkit/"))
          .importPackages("dev.weir");

  private House() {}
}
