package dev.modelcar.oci.auth;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * A file with a token that certain registries take as it is, such as the token of a ServiceAccount,
 * which the kubelet replaces while it runs. The file is read again each time.
 */
public final class TokenFile implements CredentialSource {
  private static final int LARGEST = 64 << 10;

  /** Where Kubernetes puts the token and the authorities of the pod's ServiceAccount. */
  public static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  private static final String OPENSHIFT = "image-registry.openshift-image-registry.svc";

  private final Path file;
  private final Predicate<String> hosts;
  private final boolean needed;

  private TokenFile(Path file, Predicate<String> hosts, boolean needed) {
    this.file = file;
    this.hosts = hosts;
    this.needed = needed;
  }

  /**
   * A file that the user names.
   *
   * @param hosts says which registries, with their ports, may see the token
   */
  public static TokenFile of(Path file, Predicate<String> hosts) {
    return new TokenFile(file, hosts, true);
  }

  /**
   * The token of the pod's own ServiceAccount, for the registry inside an OpenShift cluster.
   *
   * @param folder where Kubernetes puts it
   */
  public static TokenFile inPod(Path folder) {
    return new TokenFile(folder.resolve("token"), TokenFile::isInternal, false);
  }

  private static boolean isInternal(String host) {
    String name = host.replaceFirst(":\\d+$", "");
    return name.equals(OPENSHIFT) || name.equals(OPENSHIFT + ".cluster.local");
  }

  @Override
  public Credentials find(String host, String repository) {
    if (!hosts.test(host)) {
      return Credentials.anonymous();
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw invalid("is too large to be a token", null);
      }
      String token = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
        throw invalid("contains no token", null);
      }
      return new Credentials.BearerToken(token, "the token file " + file);
    } catch (NoSuchFileException e) {
      if (needed) {
        throw invalid("does not exist", e);
      }
      return Credentials.anonymous();
    } catch (IOException e) {
      if (needed) {
        throw invalid("cannot be read", e);
      }
      return Credentials.anonymous();
    }
  }

  private ModelcarException invalid(
      String how, @org.jspecify.annotations.Nullable Throwable cause) {
    String message = "the token file " + file + " " + how;
    return cause == null
        ? new ModelcarException(OciError.CREDENTIALS_INVALID, message)
        : new ModelcarException(OciError.CREDENTIALS_INVALID, message, cause);
  }
}
