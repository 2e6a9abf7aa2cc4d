package dev.modelcar.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Json;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.Verification;
import dev.modelcar.packaging.verify.ImageVerifier;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Whether an image is what it should be. */
@CommandLine.Command(
    name = "verify",
    description = "Says whether an image is whole, and, if asked, whether every byte is right.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  modelcar verify quay.io/team/qwen3:0.6b",
      "  modelcar verify oci:./image:v1 --deep",
      "  modelcar verify quay.io/team/qwen3:0.6b --against hf://Qwen/Qwen3-0.6B",
      "",
      "Exit code 0: all is right; 7: something is wrong, and the output says what."
    })
final class VerifyCommand extends Command {
  @Parameters(
      index = "0..*",
      arity = "1..*",
      split = ",",
      paramLabel = "IMAGE",
      description = "a reference, oci: or oci-archive:; several are separated by blanks or commas")
  List<String> images = new ArrayList<>();

  @Option(
      names = "--target",
      paramLabel = "TARGET",
      description =
          "where an image was shipped to, as it was written then: after http:// its registry is"
              + " asked without TLS; repeatable")
  List<String> target = new ArrayList<>();

  @Option(
      names = "--targets",
      paramLabel = "TARGET",
      arity = "0..*",
      hidden = true,
      description = "as --target, for pipelines that have a list: all words that follow")
  List<String> targets = new ArrayList<>();

  @Option(names = "--deep", description = "read and hash every byte")
  boolean deep;

  @Option(
      names = "--against",
      paramLabel = "SOURCE",
      description = "compare the files in the image with those of this source")
  @Nullable String against;

  @Option(names = "--include", paramLabel = "PATTERN", description = "with --against: as for ship")
  List<String> include = new ArrayList<>();

  @Option(names = "--exclude", paramLabel = "PATTERN", description = "with --against: as for ship")
  List<String> exclude = new ArrayList<>();

  @Option(names = "--keep-duplicates", description = "with --against: as for ship")
  boolean keepDuplicates;

  @Option(names = "--allow-pickle", description = "with --against: as for ship")
  boolean allowPickle;

  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  @Override
  public Integer call() {
    Console console = console();
    try (Session session = new Session(environment(), console, registry, transfer)) {
      session.reachAs(target);
      session.reachAs(targets);
      List<Verification> found = new ArrayList<>();
      for (String image : images) {
        ImageReference reference = session.reference(image);
        ImageVerifier verifier = new ImageVerifier(session.reader(reference), transfer.parallel());
        found.add(verify(console, session, verifier, reference));
      }
      return report(console, found);
    }
  }

  private Verification verify(
      Console console, Session session, ImageVerifier verifier, ImageReference reference) {
    String source = against;
    if (source == null) {
      return deep ? verifier.verifyDeeply(reference) : verifier.verify(reference);
    }
    SourceOptions options = new SourceOptions();
    options.include = include;
    options.exclude = exclude;
    options.keepDuplicates = keepDuplicates;
    options.allowPickle = allowPickle;
    try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(source))) {
      Selections.say(console, snapshot);
      return verifier.verifyAgainst(reference, options.policy().select(snapshot));
    }
  }

  private int report(Console console, List<Verification> found) {
    ArrayNode documents = Json.array();
    for (int i = 0; i < images.size(); i++) {
      documents.add(report(console, images.get(i), found.get(i)));
    }
    boolean good = found.stream().allMatch(Verification::isGood);
    ObjectNode json =
        images.size() == 1 ? (ObjectNode) documents.get(0) : Json.object().set("images", documents);
    console.document(json.put("good", good));
    console.results(
        Map.of(
            "IMAGE_DIGEST",
            found.getFirst().image().toString(),
            "VERIFIED",
            Boolean.toString(good)));
    if (!good) {
      console.note("  error id: " + CoreError.VERIFICATION_FAILED.id());
    }
    return good ? 0 : CoreError.VERIFICATION_FAILED.category().exitCode();
  }

  private static ObjectNode report(Console console, String image, Verification found) {
    ObjectNode json = Json.object();
    json.put("image", image);
    json.put("digest", found.image().toString());
    json.put("good", found.isGood());
    json.put("blobs", found.blobs());
    json.put("bytesRead", found.bytes());
    ArrayNode problems = json.putArray("problems");
    found.problems().forEach(problems::add);
    found.problems().forEach(problem -> console.result("wrong: " + problem));
    console.result(
        "%s %s: %s%s"
            .formatted(
                image,
                found.image(),
                found.isGood()
                    ? "good, " + Texts.count(found.blobs(), "blob")
                    : Texts.count(found.problems().size(), "problem"),
                found.bytes() == 0 ? "" : ", " + ByteSize.format(found.bytes()) + " read"));
    return json;
  }
}
