package dev.modelcar.packaging.transfer;

/** Hears of events, from any thread, and returns at once. */
@FunctionalInterface
public interface ShipmentListener {
  void on(ShipmentEvent event);

  static ShipmentListener none() {
    return event -> {};
  }
}
