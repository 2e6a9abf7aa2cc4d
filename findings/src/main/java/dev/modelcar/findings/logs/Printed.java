package dev.modelcar.findings.logs;

import dev.modelcar.findings.Sign;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a container printed.
 *
 * @param source as findings name it
 * @param lines of the log, without what tells the processes of a program apart
 * @param work what it runs, as far as it is known: image, command, script
 * @param exit the code that it ended with
 */
public record Printed(String source, List<String> lines, String work, OptionalInt exit) {
  private static final Pattern URL = Pattern.compile("https?://[^\\s\"'<>)\\]]+");

  /** What programs print that talk to a server of a kind, or what they are called. */
  private record Words(Pattern address, Pattern line, Pattern log, Pattern work) {}

  private static final Pattern REGISTRY_TOOLS =
      Pattern.compile(
          "\\b(?:skopeo|buildah|podman|crane|oras|kaniko|olot|modelcar|cosign|regctl|nerdctl|umoci)\\b"
              + "|\\bdocker (?:push|pull|login|build|buildx|manifest)\\b|\\bhelm (?:push|registry)\\b|/v2/\\S+/(?:manifests|blobs)/");
  private static final Pattern HUB_TOOLS =
      Pattern.compile(
          "(?i)hugging_?face|\\bhf_|\\bhf (?:download|upload)\\b|\\bhf://|snapshot_download|from_pretrained");
  private static final Pattern CATALOG_WORDS =
      Pattern.compile(
          "(?i)model[-_ ]registry|registered_models?\\b|model_versions?\\b|model_artifacts?\\b");

  private static final Words REGISTRY =
      new Words(
          Pattern.compile(
              "^https?://[^/]+(?:/?$|/v[12](?:/|$)|/(?:service/)?token\\b|/jwt/auth|/oauth2/(?:token|exchange))"),
          Pattern.compile(
              "(?i)/v2/|docker://|\\boci://|(?<!model[-_ ])\\bregistr(?:y|ies)\\b|\\bartifactregistry\\b|\\bmanifests?\\b|\\b(?:writing|initiating|checking|uploading) (?:blob|layer)"
                  + "|\\bblobs?\\b|\\bpush(?:ing|ed)? (?:image|manifest|layer|blob|to registry)|\\bpulling image"
                  + "|\\b(?:quay\\.io|docker\\.io|ghcr\\.io|gcr\\.io|pkg\\.dev|azurecr\\.io)\\b|\\.dkr\\.ecr\\."),
          Pattern.compile(
              REGISTRY_TOOLS.pattern()
                  + "|/v2/|docker://|Copying (?:blob|config)|Getting image source|[Ww]riting manifest|Storing signatures|[Pp]ushing (?:image|repository|layer|blob)"
                  + "|The push refers to repository|(?:container|image) registry"),
          REGISTRY_TOOLS);

  private static final Words HUB =
      new Words(
          Pattern.compile("(?i)^https?://[^/]*(?:huggingface\\.co|hf\\.co)"),
          Pattern.compile(HUB_TOOLS.pattern() + "|(?i:\\bhf\\.co\\b|\\bhub\\b)"),
          Pattern.compile(HUB_TOOLS.pattern() + "|Fetching \\d+ files|\\bHF_[A-Z]+|\\bhf\\.co\\b"),
          Pattern.compile(HUB_TOOLS.pattern() + "|\\bHF_[A-Z]+|\\bhf\\.co\\b"));

  private static final Words CATALOG =
      new Words(
          Pattern.compile("(?i)^https?://[^/]*model-?registry|/api/model_registry"),
          CATALOG_WORDS,
          CATALOG_WORDS,
          CATALOG_WORDS);

  private static final Pattern SERVES =
      Pattern.compile(
          "(?i)\\bvllm\\b|kserve|triton|\\bmlserver\\b|\\btgi\\b|text-generation|/mnt/models|inferenceservice|/v1/(?:chat/)?completions|/openai/v1|\"type\": ?\"NotFoundError\"");

  /** A script that does something after a failure, and ends with the code of before. */
  private static final Pattern SAVED_CODE =
      Pattern.compile(
          "\\btrap\\s+(?!['\"]?\\s*(?:(?:rm|kill|echo|docker logout)\\b|[:-]))[^\\n]*\\bEXIT\\b|\\bexit\\s+\"?\\$\\{?[A-Za-z_]");

  private static final Pattern IN_BACKGROUND =
      Pattern.compile("[^&>|\\s]\\s*&\\s*(?:$|#)", Pattern.MULTILINE);

  private static final Pattern CODE_OF_CURL = Pattern.compile("\\bcurl: \\((\\d+)\\)");
  private static final Pattern NO_COMMAND = Pattern.compile("\\bcommand not found\\b");
  private static final int COMMAND_NOT_FOUND = 127;

  public Printed {
    lines = Prefixes.without(lines);
  }

  /** The same with other lines. */
  public Printed with(List<String> others) {
    return new Printed(source, others, work, exit);
  }

  /**
   * Whether a line may be the response of such a server: the line says so, or the work has to do
   * with one, and the line names no other server. Others respond in the same words.
   */
  public boolean isOf(Sign.Server server, String line) {
    Words words =
        switch (server) {
          case REGISTRY -> REGISTRY;
          case HUB -> HUB;
          case CATALOG -> CATALOG;
        };
    List<String> addresses = URL.matcher(line).results().map(found -> found.group()).toList();
    String bare = line;
    boolean foreign = false;
    for (String address : addresses) {
      if (words.address().matcher(address).find()) {
        continue;
      }
      foreign = true;
      bare = bare.replace(address, "");
    }
    if (words.line().matcher(bare).find()) {
      return true;
    }
    return !foreign
        && (words.work().matcher(work).find()
            || lines.stream().anyMatch(each -> words.log().matcher(each).find()));
  }

  /**
   * Whether something else may have ended it than what printed a line: the code differs from the
   * one that such a failure ends with, or the script goes on after failures, or beside them.
   */
  public boolean mayHaveEndedOtherwise(String line) {
    Matcher curl = CODE_OF_CURL.matcher(line);
    boolean otherCode =
        exit.isPresent()
            && (curl.find()
                ? exit.getAsInt() != Integer.parseInt(curl.group(1))
                : NO_COMMAND.matcher(line).find() && exit.getAsInt() != COMMAND_NOT_FOUND);
    return otherCode || SAVED_CODE.matcher(work).find() || IN_BACKGROUND.matcher(work).find();
  }

  /** Whether it has to do with the serving of models. */
  public boolean isOfServing() {
    return SERVES.matcher(work).find()
        || lines.stream().anyMatch(line -> SERVES.matcher(line).find());
  }
}
