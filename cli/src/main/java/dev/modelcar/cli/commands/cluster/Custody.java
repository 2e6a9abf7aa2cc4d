package dev.modelcar.cli.commands.cluster;

import dev.modelcar.cli.commands.registration.RegisteredImage;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Texts;
import dev.modelcar.core.ByteSize;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.kubernetes.serving.Standing;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.image.ImageSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The chain from a commit on the Hub to the pods that serve it, and where it is broken. */
final class Custody {
  private static final String TITLE = "org.opencontainers.image.";

  private Custody() {}

  /**
   * A link of the chain.
   *
   * @param state {@code good}, {@code broken} or {@code unknown}
   */
  record Link(String link, String value, String state, Optional<String> detail) {
    private static Link good(String link, String value) {
      return new Link(link, value, "good", Optional.empty());
    }

    private static Link of(String link, String value, ModelcarException e) {
      boolean gone = e.code().id().endsWith("not-found");
      return new Link(
          link, value, gone ? "broken" : "unknown", Optional.of(String.valueOf(e.getMessage())));
    }
  }

  static List<Link> of(
      Console console,
      Session session,
      RegisteredImage registered,
      String name,
      Standing standing) {
    List<Link> chain = new ArrayList<>(registry(session, standing.storageUri()));
    chain.addAll(version(console, session, registered, standing));
    chain.add(
        new Link(
            standing.kind().word(),
            name,
            standing.serves() ? "good" : "broken",
            standing.cause().map(cause -> cause.title()).or(() -> Optional.of(standing.state()))));
    standing.pods().forEach(pod -> chain.add(Link.good("pod", pod)));
    return chain;
  }

  private static List<Link> registry(Session session, String uri) {
    List<Link> links = new ArrayList<>();
    try {
      ImageReference image = session.reference(uri.replaceFirst("^oci(\\+\\w+)?://", ""));
      ImageSummary summary = ImageSummary.read(session.reader(image), image);
      Map<String, String> words = new TreeMap<>(summary.annotations());
      summary.images().forEach(one -> words.putAll(one.labels()));
      Optional.ofNullable(words.get(TITLE + "source"))
          .ifPresent(source -> links.add(Link.good("source", source)));
      Optional.ofNullable(words.get(TITLE + "revision"))
          .ifPresent(commit -> links.add(Link.good("commit", commit)));
      links.add(
          Link.good(
              "layers",
              "%s, %s"
                  .formatted(
                      Texts.count(summary.layerCount(), "layer"),
                      ByteSize.format(summary.size()))));
      links.add(Link.good("image", image.toString()));
      if (image.digest().isEmpty()) {
        links.add(
            new Link(
                "digest",
                summary.raw().digest().toString(),
                "unknown",
                Optional.of("what serves names a tag, which may have moved")));
      }
    } catch (ModelcarException e) {
      links.add(Link.of("image", uri, e));
    }
    return links;
  }

  private static List<Link> version(
      Console console, Session session, RegisteredImage registered, Standing standing) {
    try {
      return registered
          .version(session, console, standing.labels())
          .map(version -> {
            String digest = standing.storageUri().replaceFirst("^[^@]*", "");
            boolean same =
                digest.isEmpty()
                    || version.images().stream().anyMatch(image -> image.endsWith(digest));
            return new Link(
                "registered version",
                "%s in %s (%s)".formatted(version.name(), version.host(), version.state()),
                same ? "good" : "broken",
                same
                    ? Optional.empty()
                    : Optional.of("it points to " + String.join(", ", version.images())));
          })
          .stream()
          .toList();
    } catch (ModelcarException e) {
      return List.of(Link.of("registered version", "", e));
    }
  }
}
