package dev.modelcar.source.hub;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a token of the Hub may do.
 *
 * @param account whose it is
 * @param role {@code read}, {@code write} or {@code fineGrained}; empty if the Hub does not say
 * @param readsGated whether it may read gated repositories whose terms its account has accepted
 */
public record HubToken(String account, String role, boolean readsGated) {
  private static final String FINE_GRAINED = "fineGrained";

  /** The Hub's response to {@code whoami-v2}. */
  static HubToken of(JsonNode response) {
    JsonNode token = response.path("auth").path("accessToken");
    String role = token.path("role").asText("");
    return new HubToken(
        response.path("name").asText(""),
        role,
        !role.equals(FINE_GRAINED)
            || token.path(FINE_GRAINED).path("canReadGatedRepos").asBoolean());
  }

  public boolean isFineGrained() {
    return role.equals(FINE_GRAINED);
  }
}
