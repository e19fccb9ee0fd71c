/**
 * Fair admission and deadlines, for connections and tasks alike. Depends on no other module but the
 * JDK.
 */
module dev.weir.gate {
  requires static transitive org.jspecify;

  exports dev.weir.gate;
}
