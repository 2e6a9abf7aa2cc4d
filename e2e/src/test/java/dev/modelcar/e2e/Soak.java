package dev.modelcar.e2e;

/** How long tests of endurance go on: a taste, or the whole meal. */
final class Soak {
  private static final boolean WHOLE = System.getenv("MODELCAR_TEST_SOAK") != null;

  private Soak() {}

  static boolean isWhole() {
    return WHOLE;
  }

  static int amount(int taste, int whole) {
    return WHOLE ? whole : taste;
  }
}
