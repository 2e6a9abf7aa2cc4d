package dev.modelcar.source.hub;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.http.Timeouts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Settings for the Hub, from the environment variables of its own client.
 *
 * @param endpoint without a slash at the end
 * @param token asked for before every request, so that a file may be replaced while a transfer runs
 * @param tokenProblem why the token of the environment cannot be sent, where that is so
 * @param cache where the Hub's client keeps what it downloads
 * @param offline whether only the cache may be used
 * @param timeouts with silent connections
 * @param userAgentSuffix what {@code HF_HUB_USER_AGENT_ORIGIN} adds
 */
public record HubSettings(
    URI endpoint,
    Supplier<Optional<String>> token,
    Optional<String> tokenProblem,
    Path cache,
    boolean offline,
    Timeouts timeouts,
    Optional<String> userAgentSuffix) {

  private static final String STANDARD_ENDPOINT = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "ON", "YES", "TRUE");

  /**
   * Reads {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code HUGGING_FACE_HUB_TOKEN}, {@code
   * HF_TOKEN_PATH}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_HUB_OFFLINE}, {@code
   * TRANSFORMERS_OFFLINE}, {@code HF_HUB_DISABLE_IMPLICIT_TOKEN}, {@code HF_HUB_ETAG_TIMEOUT},
   * {@code HF_HUB_DOWNLOAD_TIMEOUT} and {@code HF_HUB_USER_AGENT_ORIGIN}.
   *
   * @throws ModelcarException if the endpoint is not a URL
   */
  public static HubSettings of(Map<String, String> environment) {
    Path home =
        variable(environment, "HF_HOME")
            .map(Path::of)
            .orElseGet(() ->
                variable(environment, "XDG_CACHE_HOME")
                    .map(Path::of)
                    .orElse(Path.of(environment.getOrDefault("HOME", "/"), ".cache"))
                    .resolve("huggingface"));
    Path cache =
        variable(environment, "HF_HUB_CACHE")
            .or(() -> variable(environment, "HUGGINGFACE_HUB_CACHE"))
            .map(Path::of)
            .orElse(home.resolve("hub"));
    Path tokenFile =
        variable(environment, "HF_TOKEN_PATH").map(Path::of).orElse(home.resolve("token"));
    Duration response =
        seconds(environment, "HF_HUB_ETAG_TIMEOUT").orElse(Timeouts.STANDARD.response());
    Duration stall =
        seconds(environment, "HF_HUB_DOWNLOAD_TIMEOUT").orElse(Timeouts.STANDARD.stall());
    return new HubSettings(
        endpoint(variable(environment, "HF_ENDPOINT").orElse(STANDARD_ENDPOINT)),
        () -> token(environment, tokenFile),
        tokenProblem(environment),
        cache,
        isTrue(environment, "HF_HUB_OFFLINE") || isTrue(environment, "TRANSFORMERS_OFFLINE"),
        new Timeouts(response, stall),
        variable(environment, "HF_HUB_USER_AGENT_ORIGIN"));
  }

  public HubSettings with(Timeouts newTimeouts) {
    return new HubSettings(
        endpoint, token, tokenProblem, cache, offline, newTimeouts, userAgentSuffix);
  }

  private static URI endpoint(String text) {
    String trimmed = text.replaceAll("/+$", "");
    try {
      URI uri = URI.create(trimmed);
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new ModelcarException(
        CoreError.USAGE_INVALID,
        "HF_ENDPOINT is not a valid URL",
        "Set it to a URL such as "
            + STANDARD_ENDPOINT
            + ", without a login or a query, or unset it; the token belongs in HF_TOKEN.",
        null);
  }

  private static Optional<String> token(Map<String, String> environment, Path file) {
    if (isTrue(environment, "HF_HUB_DISABLE_IMPLICIT_TOKEN")) {
      return Optional.empty();
    }
    for (String name : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
      Optional<String> token = variable(environment, name).flatMap(HubSettings::clean);
      if (token.isPresent()) {
        return token;
      }
    }
    try {
      return clean(Files.readString(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> clean(String token) {
    String cleaned = token.replace("\r", "").replace("\n", "").strip();
    return cleaned.isEmpty() || problem(cleaned).isPresent()
        ? Optional.empty()
        : Optional.of(cleaned);
  }

  /** Names the variable and what is wrong with it, never its value. */
  private static Optional<String> tokenProblem(Map<String, String> environment) {
    return Stream.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
        .flatMap(name ->
            variable(environment, name).flatMap(HubSettings::problem).stream()
                .map(why -> name + " is set but cannot be used: it " + why))
        .findFirst();
  }

  private static Optional<String> problem(String token) {
    if (token.startsWith("\uFEFF")) {
      return Optional.of("starts with a byte order mark");
    }
    if (token.regionMatches(true, 0, "Bearer ", 0, "Bearer ".length())) {
      return Optional.of("starts with \"Bearer\"");
    }
    if (token.contains("\"") || token.contains("'")) {
      return Optional.of("contains quotes");
    }
    return token.chars().anyMatch(c -> c <= ' ' || c > '~')
        ? Optional.of("contains blanks or characters that no token has")
        : Optional.empty();
  }

  private static Optional<String> variable(Map<String, String> environment, String name) {
    String value = environment.get(name);
    return value == null || value.isBlank() ? Optional.empty() : Optional.of(value.strip());
  }

  private static boolean isTrue(Map<String, String> environment, String name) {
    return TRUE.contains(environment.getOrDefault(name, "").strip().toUpperCase(Locale.ROOT));
  }

  private static Optional<Duration> seconds(Map<String, String> environment, String name) {
    return variable(environment, name)
        .filter(value -> value.matches("\\d{1,6}(\\.\\d{1,3})?"))
        .map(value -> Duration.ofMillis((long) (Double.parseDouble(value) * 1000)))
        .filter(Duration::isPositive);
  }
}
