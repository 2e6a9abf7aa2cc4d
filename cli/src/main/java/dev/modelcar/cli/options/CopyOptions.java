package dev.modelcar.cli.options;

import dev.modelcar.cli.views.Console;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.CopyVerifier;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.copy.ImageCopier;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.packaging.transfer.ShipmentTarget;
import dev.modelcar.packaging.transfer.TransferSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How images are copied, for the commands that copy. */
public final class CopyOptions {
  @Option(
      names = "--referrers",
      description =
          "also copy what is attached to the image at any level: signatures, SBOMs and the like,"
              + " including cosign's tags")
  boolean referrers;

  @Option(names = "--verify", description = "then check every target for every manifest and blob")
  boolean verify;

  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  public Session session(Console console) {
    return new Session(console, registry, transfer, Optional.empty(), state.open(console));
  }

  public boolean referrers() {
    return referrers;
  }

  public ImageCopier copier(
      Session session, ImageReader from, List<ShipmentTarget> targets, ShipmentListener listener) {
    TransferSettings settings =
        new TransferSettings(session.memory(), listener, transfer.parallelCopies());
    return new ImageCopier(from, targets, settings, referrers);
  }

  /** What is wrong with a copy, if {@code --verify} was given and anything is. */
  public Optional<ModelcarException> verify(
      Session session, ImageReader from, Digest image, ImageReference copy) {
    if (!verify) {
      return Optional.empty();
    }
    try (ImageReader copied = session.reader(copy)) {
      Verification found =
          new CopyVerifier(from, referrers, transfer.parallel()).verify(image, copied, copy);
      return found.problems().stream()
          .findFirst()
          .map(problem ->
              new ModelcarException(
                  CoreError.VERIFICATION_FAILED,
                  copy + ": " + problem,
                  "Copy it again; only what is missing or wrong is sent.",
                  null));
    } catch (ModelcarException e) {
      if (e.code() == CoreError.STOPPED) {
        throw e;
      }
      return Optional.of(e);
    }
  }
}
