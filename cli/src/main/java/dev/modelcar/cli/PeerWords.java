package dev.modelcar.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What users of docker, podman, skopeo, crane, oras or the Hub's client write, and what it is here.
 */
final class PeerWords {
  private static final Map<String, String> OPTIONS =
      Map.ofEntries(
          Map.entry("--insecure", "--plain-http, or --tls-verify=false for an unknown certificate"),
          Map.entry("--tls-no-verify", "--tls-verify=false"),
          Map.entry("--skip-tls-verify", "--tls-verify=false"),
          Map.entry("--src-tls-verify", "--tls-verify=false"),
          Map.entry("--dest-tls-verify", "--tls-verify=false"),
          Map.entry("--format", "--output json"),
          Map.entry("--json", "--output json"),
          Map.entry("--no-progress", "--quiet"),
          Map.entry("--silent", "--quiet"),
          Map.entry("--debug", "--verbose"),
          Map.entry("--revision", "hf://ORG/NAME@REVISION as the source"),
          Map.entry("--creds", "`modelcar login HOST`, or --auth-file"),
          Map.entry("--src-creds", "`modelcar login HOST`, or --auth-file"),
          Map.entry("--dest-creds", "`modelcar login HOST`, or --auth-file"),
          Map.entry("--password", "--password-stdin"),
          Map.entry("-p", "--password-stdin"),
          Map.entry("--token", "the variable HF_TOKEN, or --token-file for a registry"),
          Map.entry("--tag", "--to HOST/REPOSITORY:TAG"),
          Map.entry("-t", "--to HOST/REPOSITORY:TAG"),
          Map.entry("--push", "--to HOST/REPOSITORY:TAG"),
          Map.entry("--dest", "--to"),
          Map.entry("--arch", "--platform OS/ARCH"),
          Map.entry("--os", "--platform OS/ARCH"),
          Map.entry("--base-image", "--base"),
          Map.entry("--from", "--base"),
          Map.entry("--recursive", "--referrers"),
          Map.entry("--local-dir", "`fetch SOURCE DIR`"),
          Map.entry("--concurrency", "--parallel"),
          Map.entry("--jobs", "--parallel"),
          Map.entry("-j", "--parallel"));

  private static final Map<String, String> COMMANDS =
      Map.ofEntries(
          Map.entry("push", "`ship` for a model, `copy` for an image"),
          Map.entry("upload", "`ship`"),
          Map.entry("package", "`ship`"),
          Map.entry("pull", "`fetch` for a model, `copy IMAGE oci:FOLDER` for an image"),
          Map.entry("download", "`fetch`"),
          Map.entry("cp", "`copy`"),
          Map.entry("sync", "`mirror`"),
          Map.entry("ls", "`tags`"),
          Map.entry("list", "`tags`"),
          Map.entry("list-tags", "`tags`"),
          Map.entry("delete", "`rm`"),
          Map.entry("manifest", "`inspect`"),
          Map.entry("digest", "`inspect`"),
          Map.entry("config", "`inspect`"),
          Map.entry("validate", "`verify --deep`"),
          Map.entry("auth", "`login`"));

  private PeerWords() {}

  /** What stands for the first of the unknown words that others know. */
  static Optional<String> meaning(List<String> unknown) {
    return unknown.stream()
        .map(word -> word.replaceFirst("=.*", ""))
        .flatMap(word ->
            Optional.ofNullable(OPTIONS.get(word))
                .or(() -> Optional.ofNullable(COMMANDS.get(word)))
                .map(here -> "for " + word + ", use " + here)
                .stream())
        .findFirst();
  }
}
