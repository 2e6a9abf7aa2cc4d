package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.Json;
import dev.modelcar.oci.registry.client.RegistryGreeting;
import dev.modelcar.oci.registry.client.RegistryProfile;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Shows what is known of a registry. */
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
            ? "goes on where it broke"
            : "begins anew");
    facts.put(
        "largest-layer",
        profile.maxLayer().isPresent()
            ? ByteSize.format(profile.maxLayer().getAsLong())
            : "no limit known");
    facts.put("largest-manifest", ByteSize.format(profile.maxManifest()));
    facts.put("most-layers", Integer.toString(profile.maxLayers()));
    facts.put("referrers", profile.referrers().name().toLowerCase(Locale.ROOT));
    facts.put(
        "orphans-live",
        profile.orphanLife().map(Texts::duration).orElse("until somebody cleans up"));
    facts.put("orphans-renewed-by", profile.renewal().name().toLowerCase(Locale.ROOT));
    facts.put("mounts", Boolean.toString(profile.mounts()));
    ObjectNode json = Json.object();
    facts.forEach((key, value) -> {
      json.put(key, value);
      console.result("%-19s %s".formatted(key, value));
    });
    console.document(json);
  }

  private static String upload(RegistryProfile.Upload upload) {
    return switch (upload) {
      case RegistryProfile.Upload.OneStream() -> "one request a layer";
      case RegistryProfile.Upload.StreamThenChunks(long chunk) ->
          "one request a layer; of %s where that breaks".formatted(ByteSize.format(chunk));
      case RegistryProfile.Upload.Chunks(long chunk) -> "requests of " + ByteSize.format(chunk);
    };
  }
}
