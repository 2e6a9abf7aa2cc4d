package dev.modelcar.cli.options;

import picocli.CommandLine.Mixin;

/** What commands that talk to registries have in common. */
public abstract class RegistryCommand extends Command {
  @Mixin protected RegistryOptions registry = new RegistryOptions();
  @Mixin protected TransferOptions transfer = new TransferOptions();

  protected final Session session() {
    return new Session(console(), registry, transfer);
  }
}
