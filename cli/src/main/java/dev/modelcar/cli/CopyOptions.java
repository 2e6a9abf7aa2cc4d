package dev.modelcar.cli;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.CopyVerifier;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.copy.ImageCopier;
import dev.modelcar.packaging.layers.Memory;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.TransferSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What is copied along with an image, and whether it is looked for afterwards. */
final class CopyOptions {
  @Option(
      names = "--referrers",
      description = {
        "also what is attached to the image: signatures, SBOMs and the like, at all levels,",
        "cosign's tags too"
      })
  boolean referrers;

  @Option(
      names = "--verify",
      description = "then look for every manifest and every blob in every place")
  boolean verify;

  ImageCopier copier(
      ImageReader from,
      List<ShipmentTarget> targets,
      Memory memory,
      ShipmentListener listener,
      TransferOptions transfer) {
    return new ImageCopier(
        from,
        targets,
        new TransferSettings(memory, listener, transfer.parallelCopies()),
        referrers);
  }

  /** What is wrong with a copy, if that was asked for and anything is. */
  Optional<ModelcarException> wrong(
      Session session,
      ImageReader from,
      Digest image,
      ImageReference copy,
      TransferOptions transfer) {
    if (!verify) {
      return Optional.empty();
    }
    try (ImageReader there = session.reader(copy)) {
      Verification found =
          new CopyVerifier(from, referrers, transfer.parallel()).verify(image, there, copy);
      return found.problems().stream()
          .findFirst()
          .map(problem ->
              new ModelcarException(
                  CoreError.VERIFICATION_FAILED,
                  copy + ": " + problem,
                  "Copy it again; nothing that is right is sent twice.",
                  null));
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      return Optional.of(e);
    }
  }
}
