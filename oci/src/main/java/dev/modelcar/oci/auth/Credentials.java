package dev.modelcar.oci.auth;

/** What proves to a registry who is asking. {@code toString} never shows a secret. */
public sealed interface Credentials {

  /** Nothing was found; many registries let anyone read. */
  record Anonymous() implements Credentials {
    /** What messages say of it. */
    public static final String DESCRIBED = "no credentials";
  }

  /**
   * A user and a password or token in its place.
   *
   * @param origin where it was found, for messages
   */
  record Password(String username, String password, String origin) implements Credentials {
    @Override
    public String toString() {
      return "user " + username + " from " + origin;
    }
  }

  /**
   * A refresh token (OAuth2) that a token server turns into access tokens.
   *
   * @param origin where it was found, for messages
   */
  record IdentityToken(String token, String origin) implements Credentials {
    @Override
    public String toString() {
      return "identity token from " + origin;
    }
  }

  /**
   * A token that the registry itself takes as it is, such as a service account's.
   *
   * @param origin where it was found, for messages
   */
  record BearerToken(String token, String origin) implements Credentials {
    @Override
    public String toString() {
      return "token from " + origin;
    }
  }

  static Credentials anonymous() {
    return new Anonymous();
  }

  /** Where they were found; for messages. */
  default String described() {
    return switch (this) {
      case Anonymous a -> Anonymous.DESCRIBED;
      case Password p -> p.toString();
      case IdentityToken t -> t.toString();
      case BearerToken t -> t.toString();
    };
  }
}
