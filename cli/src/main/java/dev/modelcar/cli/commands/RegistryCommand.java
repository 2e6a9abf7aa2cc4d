package dev.modelcar.cli.commands;

import dev.modelcar.cli.options.RegistryOptions;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.TransferOptions;
import picocli.CommandLine.Mixin;

/** What commands that talk to registries have in common. */
public abstract class RegistryCommand extends Command {
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin TransferOptions transfer = new TransferOptions();

  protected final Session session() {
    return new Session(console(), registry, transfer);
  }
}
