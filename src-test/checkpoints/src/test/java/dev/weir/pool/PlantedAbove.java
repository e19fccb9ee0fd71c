package dev.weir.pool;

/** What {@code Planted} must not see. */
public final class PlantedAbove {
  private PlantedAbove() {}

  /** For the way up. */
  public static String name() {
    return "above";
  }
}
