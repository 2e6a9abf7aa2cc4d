package dev.modelcar.oci.registry.auth;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The permissions that a request needs, as in Docker's token specification, such as {@code
 * repository:team/model:pull,push}. Never more than is needed: some token servers refuse actions
 * that they do not know.
 */
public record Scope(SortedSet<String> parts) {

  public static Scope pull(String repository) {
    return new Scope(new TreeSet<>(List.of("repository:" + repository + ":pull")));
  }

  public static Scope push(String repository) {
    return new Scope(new TreeSet<>(List.of("repository:" + repository + ":pull,push")));
  }

  public static Scope delete(String repository) {
    return new Scope(new TreeSet<>(List.of("repository:" + repository + ":delete,pull,push")));
  }

  /** Without any permission. */
  public static Scope none() {
    return new Scope(new TreeSet<>());
  }

  public Scope and(Scope other) {
    TreeSet<String> all = new TreeSet<>(parts);
    all.addAll(other.parts);
    return new Scope(all);
  }
}
