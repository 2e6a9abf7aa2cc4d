package dev.modelcar.oci;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.SafeUri;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where an image is or is to go. */
public sealed interface ImageReference {

  /**
   * Reads a reference: {@code oci:FOLDER[:TAG]} and {@code oci-archive:FILE[:TAG]} as skopeo does,
   * to read also with {@code @DIGEST}, or {@code HOST[:PORT]/REPOSITORY[:TAG][@DIGEST]}, which may
   * be preceded by {@code docker://}, {@code oci://}, {@code https://} or, for a registry without
   * TLS, {@code http://}.
   *
   * @throws ModelcarException {@link OciError#TARGET_INVALID} with the reason
   */
  static ImageReference parse(String text) {
    if (text.startsWith("oci:") && !text.startsWith("oci://")) {
      return Layout.parse(text);
    }
    if (text.startsWith("oci-archive:")) {
      return Archive.parse(text);
    }
    return Registry.parse(text);
  }

  /** The tag or name of the image, if one was given. */
  Optional<String> tag();

  /** The digest of the image, if it is named by digest. */
  Optional<Digest> digest();

  /** The same location with another tag. */
  ImageReference withTag(String tag);

  /**
   * An image in a registry.
   *
   * @param host as it was written, with its port
   * @param repository the path below the host
   * @param tag at most 128 characters
   * @param digest the manifest, where it is named by digest
   * @param scheme how the registry is reached
   */
  record Registry(
      String host, String repository, Optional<String> tag, Optional<Digest> digest, Scheme scheme)
      implements ImageReference {

    /** How a registry is reached. */
    public enum Scheme {
      /** Over TLS, unless options say otherwise. */
      UNSTATED(""),
      HTTPS("https://"),
      HTTP("http://");

      private final String prefix;

      Scheme(String prefix) {
        this.prefix = prefix;
      }

      /** The scheme that a host or a reference begins with. */
      public static Scheme of(String text) {
        return text.startsWith(HTTP.prefix)
            ? HTTP
            : text.startsWith(HTTPS.prefix) ? HTTPS : UNSTATED;
      }

      /** A host or a reference that begins with this scheme, without it. */
      public String strip(String text) {
        return text.substring(prefix.length());
      }
    }

    private static final Pattern HOST =
        Pattern.compile(
            "(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
                + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*|\\[[0-9a-fA-F:.]+])"
                + "(?::[0-9]{1,5})?");
    private static final Pattern COMPONENT =
        Pattern.compile("[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final int MAX_NAME = 255;

    static Registry parse(String text) {
      Scheme scheme = Scheme.of(text);
      String rest = scheme.strip(text);
      if (scheme == Scheme.UNSTATED) {
        rest = rest.replaceFirst("^(docker|oci)://", "");
      }
      Optional<Digest> digest = Optional.empty();
      int at = rest.indexOf('@');
      if (at >= 0) {
        digest = Digest.parse(rest.substring(at + 1));
        if (digest.isEmpty()) {
          throw invalid(text, "@ must be followed by a digest (sha256: and 64 hex digits)");
        }
        rest = rest.substring(0, at);
      }
      int slash = rest.indexOf('/');
      if (slash < 0) {
        throw invalid(text, "no repository (HOST/REPOSITORY[:TAG])");
      }
      String host = rest.substring(0, slash);
      checkHost(text, host);
      if (!host.contains(".") && !host.contains(":") && !host.equals("localhost")) {
        throw invalid(
            text,
            "\""
                + host
                + "\" may be a host or a folder of Docker Hub: write docker.io/"
                + printable(rest)
                + " or the host with its domain or port");
      }
      String repository = rest.substring(slash + 1);
      Optional<String> tag = Optional.empty();
      int colon = repository.lastIndexOf(':');
      if (colon >= 0) {
        tag = Optional.of(repository.substring(colon + 1));
        if (!isTag(tag.get())) {
          throw invalid(
              text, "a tag consists of up to 128 letters, digits, dots, dashes and underscores");
        }
        repository = repository.substring(0, colon);
      }
      checkRepository(text, host, repository);
      if (host.equals("docker.io") && repository.indexOf('/') < 0) {
        repository = "library/" + repository;
      }
      return new Registry(host, repository, tag, digest, scheme);
    }

    /**
     * Makes sure that a name is that of a registry's host, perhaps with a port.
     *
     * @throws ModelcarException {@link OciError#TARGET_INVALID} if it is not
     */
    public static void checkHost(String host) {
      checkHost(host, host);
    }

    private static void checkHost(String text, String host) {
      if (!HOST.matcher(host).matches() || !isHost(host)) {
        throw invalid(text, "\"" + printable(host) + "\" is not a host name");
      }
      if (!hasPossiblePort(host)) {
        throw invalid(text, "the port of \"" + host + "\" is not between 1 and 65535");
      }
    }

    /** Numbers with dots between them have to be an address. */
    private static boolean isHost(String host) {
      try {
        return !hasPossiblePort(host) || new URI("https://" + host).getHost() != null;
      } catch (URISyntaxException e) {
        return false;
      }
    }

    /** Whether the port of a well-formed host, if it has one, exists. */
    private static boolean hasPossiblePort(String host) {
      String port = host.substring(host.lastIndexOf(':') + 1);
      if (port.equals(host) || port.endsWith("]")) {
        return true;
      }
      int number = Integer.parseInt(port);
      return number >= 1 && number <= 65_535;
    }

    private static void checkRepository(String text, String host, String repository) {
      for (String component : repository.split("/", -1)) {
        if (!COMPONENT.matcher(component).matches()) {
          throw invalid(
              text,
              "the repository \""
                  + printable(repository)
                  + "\" may only contain lower-case letters and digits, separated by single dots,"
                  + " dashes, underscores and slashes");
        }
      }
      if (host.length() + 1 + repository.length() > MAX_NAME) {
        throw invalid(text, "the name exceeds 255 characters");
      }
    }

    /** Whether a text can be a tag. */
    public static boolean isTag(String text) {
      return TAG.matcher(text).matches();
    }

    /** The same repository without tag and digest. */
    public Registry repositoryOnly() {
      return new Registry(host, repository, Optional.empty(), Optional.empty(), scheme);
    }

    @Override
    public Registry withTag(String newTag) {
      return new Registry(host, repository, Optional.of(newTag), Optional.empty(), scheme);
    }

    /** The same, reached in another way. */
    public Registry with(Scheme other) {
      return new Registry(host, repository, tag, digest, other);
    }

    /** Whether it is reached without TLS. */
    public boolean plainHttp() {
      return scheme == Scheme.HTTP;
    }

    /** {@code host/repository}. */
    public String name() {
      return host + "/" + repository;
    }

    @Override
    public String toString() {
      return name() + suffix(tag, digest);
    }
  }

  /**
   * An image in an OCI layout.
   *
   * @param folder the layout
   * @param tag the {@code org.opencontainers.image.ref.name} of its entry, or its full name
   * @param digest the manifest, where it is named by digest
   */
  record Layout(Path folder, Optional<String> tag, Optional<Digest> digest)
      implements ImageReference {
    public Layout(Path folder, Optional<String> tag) {
      this(folder, tag, Optional.empty());
    }

    static Layout parse(String text) {
      Named named = Named.parse(text, "oci:");
      return new Layout(named.path(), named.name(), named.digest());
    }

    @Override
    public Layout withTag(String newTag) {
      return new Layout(folder, Optional.of(newTag));
    }

    @Override
    public String toString() {
      return "oci:" + folder + suffix(tag, digest);
    }
  }

  /**
   * An image in a tar file that holds an OCI layout.
   *
   * @param file the archive
   * @param tag the {@code org.opencontainers.image.ref.name} of its entry, or its full name
   * @param digest the manifest, where it is named by digest
   */
  record Archive(Path file, Optional<String> tag, Optional<Digest> digest)
      implements ImageReference {
    public Archive(Path file, Optional<String> tag) {
      this(file, tag, Optional.empty());
    }

    static Archive parse(String text) {
      Named named = Named.parse(text, "oci-archive:");
      return new Archive(named.path(), named.name(), named.digest());
    }

    @Override
    public Archive withTag(String newTag) {
      return new Archive(file, Optional.of(newTag));
    }

    @Override
    public String toString() {
      return "oci-archive:" + file + suffix(tag, digest);
    }
  }

  /**
   * An image of a kind that another module brings, and can only be read. It opens itself, for this
   * module does not know how.
   */
  non-sealed interface Extension extends ImageReference {

    /** Opens it for reading. */
    ImageReader open();

    /** Why nothing is written there, as the end of a sentence. */
    String whyReadOnly();

    @Override
    default Optional<Digest> digest() {
      return Optional.empty();
    }
  }

  /** A path, and which of the images there. */
  record Named(Path path, Optional<String> name, Optional<Digest> digest) {
    private static final Pattern DIGEST =
        Pattern.compile("(.*?)@(sha(?:256|512):.*)", Pattern.DOTALL);

    static Named parse(String text, String prefix) {
      String rest = text.substring(prefix.length());
      Optional<Digest> digest = Optional.empty();
      Matcher matcher = DIGEST.matcher(rest);
      if (matcher.matches()) {
        digest = Digest.parse(matcher.group(2));
        if (digest.isEmpty()) {
          throw invalid(text, "@ must be followed by a digest (sha256: and 64 hex digits)");
        }
        rest = matcher.group(1);
      }
      String[] parts = rest.split(":", 2);
      if (parts[0].isEmpty()) {
        throw invalid(text, "no path");
      }
      if (parts.length > 1 && parts[1].startsWith("sha256:")) {
        throw new ModelcarException(
            OciError.TARGET_IS_DIGEST,
            "\"" + printable(text) + "\" names a digest",
            OciError.TARGET_IS_DIGEST.hint() + " To read an image, write @ before its digest.",
            null);
      }
      return new Named(
          ImageReference.path(text, parts[0]), ImageReference.name(text, parts), digest);
    }
  }

  private static String suffix(Optional<String> tag, Optional<Digest> digest) {
    return tag.map(t -> ":" + t).orElse("") + digest.map(d -> "@" + d).orElse("");
  }

  private static Path path(String text, String path) {
    try {
      return Path.of(path);
    } catch (InvalidPathException e) {
      throw invalid(text, "invalid path: " + e.getReason());
    }
  }

  private static Optional<String> name(String text, String[] parts) {
    if (parts.length < 2 || parts[1].isEmpty()) {
      return Optional.empty();
    }
    if (!parts[1].matches("[A-Za-z0-9][A-Za-z0-9._:@/+-]{0,254}")) {
      throw invalid(text, "the name of the image contains invalid characters");
    }
    return Optional.of(parts[1]);
  }

  private static ModelcarException invalid(String text, String why) {
    return new ModelcarException(
        OciError.TARGET_INVALID, "\"" + printable(text) + "\" is not a reference: " + why);
  }

  private static String printable(String text) {
    return SafeUri.quoted(text).replaceAll("\\p{Cntrl}", "?");
  }
}
