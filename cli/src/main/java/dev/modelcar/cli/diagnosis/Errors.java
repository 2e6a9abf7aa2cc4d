package dev.modelcar.cli.diagnosis;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.FindingsError;
import dev.modelcar.http.HttpError;
import dev.modelcar.kubernetes.cluster.ClusterError;
import dev.modelcar.modelregistry.ModelRegistryError;
import dev.modelcar.oci.OciError;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.sizing.model.SizingError;
import dev.modelcar.source.SourceError;

/** The error ids of all modules. */
public final class Errors {
  private Errors() {}

  public static ErrorCatalogue catalogue() {
    return ErrorCatalogue.of(
        CoreError.values(),
        SourceError.values(),
        PackagingError.values(),
        OciError.values(),
        HttpError.values(),
        FindingsError.values(),
        ClusterError.values(),
        ModelRegistryError.values(),
        SizingError.values());
  }
}
