package dev.modelcar.cli.options;

import dev.modelcar.cli.options.PlanRequest.Trait;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.source.SourceReference;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Mixin;

/** All options that determine a plan, for the commands that make one. */
public final class PlanningOptions {
  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();
  @Mixin StateOptions state = new StateOptions();

  public PlanRequest request(List<String> targets, Set<Trait> traits) {
    return new PlanRequest(this, targets, Set.copyOf(traits), () -> {});
  }

  /** Gives up soon on servers that do not respond, unless the user wants it otherwise. */
  public void retryBriefly() {
    transfer.retryBriefly();
  }

  /** A session of these registries, which moves nothing. */
  public Session session(Console console) {
    return new Session(console, registry, transfer.withStandardMemory());
  }

  public SourceReference source() {
    return source.reference();
  }

  /** How many layers move at once. */
  public int parallel() {
    return transfer.parallel();
  }

  /** Whether runs leave nothing on this machine that later runs can reuse. */
  public boolean isStateless(Environment environment) {
    return state.folder(environment).isEmpty();
  }
}
