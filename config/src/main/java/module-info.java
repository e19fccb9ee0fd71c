/** Weir's settings: one immutable tree, its sources, its validation. */
module dev.weir.config {
  requires static transitive org.jspecify;

  exports dev.weir.config;
}
