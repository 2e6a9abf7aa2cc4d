package dev.modelcar.cli.commands.findings;

import dev.modelcar.cli.options.Session;
import dev.modelcar.core.ErrorCategory;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.KubeObject;
import dev.modelcar.findings.evidence.ServerView;
import dev.modelcar.findings.evidence.ServerView.Server;
import dev.modelcar.findings.evidence.ServerView.State;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.image.ImageTree;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Asks registries whether they have the images that a run names, and the Hub for its models, with
 * the logins of this machine. Nobody waits long for it, and what is not known is said to be so.
 */
final class ServerQuestions {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final int MOST = 12;
  private static final Pattern OF_IMAGES =
      Pattern.compile("(?i).*(?:image|target|destination|repository|source|tag).*|to|from|ref");
  private static final Pattern WEB = Pattern.compile("https?://.*/.*[?#%].*");

  private final Session session;
  private final Instant now;
  private final Map<String, String> images = new LinkedHashMap<>();
  private final Set<String> models = new LinkedHashSet<>();

  private ServerQuestions(Session session, Instant now) {
    this.session = session;
    this.now = now;
  }

  /** A case with what the servers say of it; without secrets, as they go to servers. */
  static Case asked(Case known, Session session, Instant now) {
    ServerQuestions questions = new ServerQuestions(session, now);
    known.objects().forEach(questions::look);
    List<KubeObject> objects = new ArrayList<>(known.objects());
    questions.ask().forEach(view -> objects.add(view.object()));
    return new Case(objects, known.logs(), known.texts(), known.gaps());
  }

  // ---- what to ask for ----

  private void look(KubeObject object) {
    if (object.kind().equals("Pod")) {
      Stream.concat(
              object.list("status", "initContainerStatuses").stream(),
              object.list("status", "containerStatuses").stream())
          .forEach(status -> image(status.text("image")));
    }
    for (String list : List.of("params", "results", "pipelineResults")) {
      for (String part : List.of("spec", "status")) {
        object.list(part, list).forEach(each -> value(each.text("name"), each));
      }
    }
    text("source", object.text("spec", "predictor", "model", "storageUri"));
  }

  private void value(String name, KubeObject given) {
    text(name, given.text("value"));
    given.list("value").forEach(item -> text(name, item.text()));
  }

  /** Not everything that a parameter holds is an image or a model. */
  private void text(String name, String text) {
    try {
      if (text.startsWith("hf://")) {
        if (SourceReference.parse(text) instanceof SourceReference.Hub) {
          models.add(text);
        }
      } else if (OF_IMAGES.matcher(name).matches() && !WEB.matcher(text).matches()) {
        reference(text);
      }
    } catch (ModelcarException e) {
      // Whatever it is, it is nothing to ask for.
    }
  }

  private void image(String text) {
    try {
      reference(text);
    } catch (ModelcarException e) {
      // A short name, of which only the node knows whose it is.
    }
  }

  private void reference(String text) {
    boolean local = text.startsWith("oci:") && !text.startsWith("oci://");
    if (!text.isBlank()
        && !local
        && ImageReference.parse(text) instanceof ImageReference.Registry registry
        && (registry.tag().isPresent() || registry.digest().isPresent())) {
      images.putIfAbsent(text.replaceFirst("^[a-z]+://", ""), text);
    }
  }

  // ---- asking ----

  private List<ServerView> ask() {
    List<Supplier<ServerView>> questions = new ArrayList<>();
    images.forEach(
        (name, text) -> questions.add(() -> asked(Server.REGISTRY, name, () -> image(name, text))));
    models.forEach(text -> questions.add(() -> asked(Server.HUB, text, () -> model(text))));
    List<Supplier<ServerView>> first = questions.subList(0, Math.min(MOST, questions.size()));
    return first.isEmpty()
        ? List.of()
        : Threads.map(first, first.size(), "asking the registries", Supplier::get);
  }

  private ServerView asked(Server server, String name, Supplier<ServerView> question) {
    try {
      return Threads.within("modelcar-ask", LIMIT, question)
          .orElseGet(() ->
              view(
                  server,
                  name,
                  State.NOT_ASKED,
                  "",
                  "no response within %d seconds".formatted(LIMIT.toSeconds())));
    } catch (ModelcarException e) {
      ErrorCategory category = e.code().category();
      State state =
          category == ErrorCategory.NOT_FOUND
              ? State.MISSING
              : category == ErrorCategory.UNAUTHORIZED ? State.DENIED : State.NOT_ASKED;
      return view(server, name, state, "", String.valueOf(e.getMessage()));
    }
  }

  private ServerView view(Server server, String name, State state, String digest, String said) {
    return new ServerView(server, name, state, digest, said, Optional.of(now));
  }

  private ServerView image(String name, String text) {
    ImageReference reference = session.reference(text);
    RawManifest manifest = ImageTree.find(session.reader(reference), reference);
    // Some runtimes name the image of the platform, others the index.
    String digest = manifest.isIndex() ? "" : manifest.digest().toString();
    return view(Server.REGISTRY, name, State.FOUND, digest, "");
  }

  /** The list of a gated repository can be read by everybody, its files cannot. */
  private ServerView model(String text) {
    try (Snapshot snapshot = session.sources().resolve(SourceReference.parse(text))) {
      for (ModelFile file : snapshot.files().stream().limit(1).toList()) {
        byte[] _ = file.head(1);
      }
      return view(Server.HUB, text, State.FOUND, "", "");
    } catch (IOException e) {
      return view(Server.HUB, text, State.NOT_ASKED, "", IoReason.of(e));
    }
  }
}
