package dev.modelcar.testkit.modelregistry;

/** What a client may ask a Model Registry; a plan of faults goes by it. */
public enum ModelRegistryRequest {
  /** Any request; looked at before the others. */
  ANY,
  FIND,
  LIST,
  READ,
  CREATE,
  PATCH,
  OTHER
}
