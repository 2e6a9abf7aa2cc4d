package dev.modelcar.cli.commands;

import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import dev.modelcar.oci.registry.client.RegistryProfile;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Prints what is known about a registry. */
final class RegistryFacts {
  private final Console console;

  RegistryFacts(Console console) {
    this.console = console;
  }

  void show(String host, RegistryGreeting greeting) {
    RegistryProfile profile = greeting.profile();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("registry", host);
    facts.put("kind", profile.kind().id());
    facts.put(
        "authentication",
        greeting.authentication().isEmpty()
            ? "none"
            : String.join(", ", greeting.authentication()));
    facts.put("credentials", greeting.user());
    facts.put("upload", upload(profile.upload()));
    facts.put(
        "broken-upload",
        profile.brokenUploads() == RegistryProfile.BrokenUploads.RESUMED
            ? "resumes"
            : "starts over");
    facts.put(
        "largest-layer",
        profile.maxLayer().isPresent()
            ? ByteSize.format(profile.maxLayer().getAsLong())
            : "no known limit");
    facts.put("largest-manifest", ByteSize.format(profile.maxManifest()));
    facts.put("most-layers", Integer.toString(profile.maxLayers()));
    facts.put("referrers", lower(profile.referrers()));
    facts.put(
        "orphans-live",
        profile.orphanLife().map(Texts::duration).orElse("until garbage collection"));
    facts.put("orphans-renewed-by", lower(profile.renewal()));
    facts.put("mounts", Boolean.toString(profile.mounts()));
    facts.forEach((key, value) -> console.result("%-19s %s".formatted(key, value)));
    console.document(Document.of(host, greeting));
  }

  /** The same for programs: bytes, seconds, and no key where nothing is known. */
  private record Document(
      String registry,
      String kind,
      List<String> authentication,
      String credentials,
      String upload,
      Optional<Long> chunkBytes,
      boolean resumesUploads,
      Optional<Long> maxLayerBytes,
      long maxManifestBytes,
      int maxLayers,
      String referrers,
      Optional<Long> orphanSeconds,
      String orphansRenewedBy,
      boolean mounts) {
    private static Document of(String host, RegistryGreeting greeting) {
      RegistryProfile profile = greeting.profile();
      return new Document(
          host,
          profile.kind().id(),
          greeting.authentication(),
          greeting.user(),
          switch (profile.upload()) {
            case RegistryProfile.Upload.OneStream() -> "stream";
            case RegistryProfile.Upload.StreamThenChunks _ -> "stream-then-chunks";
            case RegistryProfile.Upload.Chunks _ -> "chunks";
          },
          switch (profile.upload()) {
            case RegistryProfile.Upload.OneStream() -> Optional.empty();
            case RegistryProfile.Upload.StreamThenChunks(long chunk) -> Optional.of(chunk);
            case RegistryProfile.Upload.Chunks(long chunk) -> Optional.of(chunk);
          },
          profile.brokenUploads() == RegistryProfile.BrokenUploads.RESUMED,
          profile.maxLayer().stream().boxed().findFirst(),
          profile.maxManifest(),
          profile.maxLayers(),
          lower(profile.referrers()),
          profile.orphanLife().map(Duration::toSeconds),
          lower(profile.renewal()),
          profile.mounts());
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static String upload(RegistryProfile.Upload upload) {
    return switch (upload) {
      case RegistryProfile.Upload.OneStream() -> "one request per layer";
      case RegistryProfile.Upload.StreamThenChunks(long chunk) ->
          "one request per layer; chunks of %s after a failure".formatted(ByteSize.format(chunk));
      case RegistryProfile.Upload.Chunks(long chunk) -> "chunks of " + ByteSize.format(chunk);
    };
  }
}
