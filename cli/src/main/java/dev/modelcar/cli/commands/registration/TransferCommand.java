package dev.modelcar.cli.commands.registration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.cli.options.RegistryCommand;
import dev.modelcar.cli.options.Session;
import dev.modelcar.cli.options.Usage;
import dev.modelcar.cli.views.Console;
import dev.modelcar.cli.views.Environment;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.modelregistry.Contents;
import dev.modelcar.modelregistry.Entry;
import dev.modelcar.modelregistry.EntryKind;
import dev.modelcar.modelregistry.ModelRegistry;
import dev.modelcar.modelregistry.ModelRegistrySettings;
import dev.modelcar.modelregistry.Registered;
import dev.modelcar.modelregistry.Registrar;
import dev.modelcar.modelregistry.Registration;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.packaging.facts.FactsReader;
import dev.modelcar.packaging.facts.ImageFacts;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Unmatched;

/** Does the work of the Model Registry's own transfer job. */
@CommandLine.Command(
    name = "transfer",
    description =
        "Ships and registers a model as the Model Registry's async-upload job is told to: takes its"
            + " MODEL_SYNC_… variables, its arguments and its files.",
    footerHeading = "%nExample:%n",
    footer = {
      "  modelcar transfer --source-type uri --source-uri hf://Qwen/Qwen3-0.6B \\",
      "      --destination-oci-uri quay.io/team/qwen3:0.6b --model-upload-intent create_model \\",
      "      --metadata-configmap-path /etc/model-metadata \\",
      "      --registry-server-address http://model-registry --registry-port 8080",
      "",
      "Sources: uri (hf://ORG/NAME[:REVISION]) and oci (an image, which is copied). Destination:"
          + " oci. Nothing is stored on disk, the artifact points to the digest, and a job that"
          + " is restarted goes on where it was. The ids are written to the pod's termination"
          + " message, where the dashboard reads them."
    })
public final class TransferCommand extends RegistryCommand {
  private static final String MESSAGE_VARIABLE = "TERMINATION_MESSAGE_PATH";
  private static final Path MESSAGE = Path.of("/dev/termination-log");
  private static final int LONGEST_MESSAGE = 4000;

  private static final List<String> MODEL_FIELDS = List.of("description", "owner");
  private static final List<String> VERSION_FIELDS = List.of("description", "author");
  private static final List<String> ARTIFACT_FIELDS =
      List.of(
          "description",
          "modelFormatName",
          "modelFormatVersion",
          "storageKey",
          "storagePath",
          "serviceAccountName",
          "modelSourceKind",
          "modelSourceClass",
          "modelSourceGroup",
          "modelSourceId",
          "modelSourceName");

  @Unmatched List<String> arguments = new ArrayList<>();

  /** What is done to entries of the Model Registry. */
  private enum Intent {
    CREATE_MODEL,
    CREATE_VERSION,
    UPDATE_ARTIFACT;

    private String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Intent of(String word) {
      for (Intent intent : values()) {
        if (intent.word().equals(word)) {
          return intent;
        }
      }
      throw Usage.invalid(
          "--model-upload-intent takes create_model, create_version or update_artifact, not "
              + word);
    }
  }

  /** The ids that the dashboard shows. */
  private record Ids(String intent, Map<String, String> ids) {
    ObjectNode json() {
      ObjectNode json = Json.object().put("intent", intent);
      ids.forEach((entity, id) -> json.putObject(entity).put("id", id));
      return json;
    }
  }

  @Override
  public Integer call() {
    try {
      return transfer();
    } catch (ModelcarException e) {
      leave("Unexpected error: %s (%s)".formatted(e.getMessage(), e.code().id()));
      throw e;
    }
  }

  private int transfer() {
    Console console = console().checked();
    TransferJobSettings settings = new TransferJobSettings(arguments, environment().variables());
    if (!settings.get("destination-type", "oci").equals("oci")) {
      throw Usage.invalid("--destination-type is oci; images are not written to S3");
    }
    Intent intent = Intent.of(settings.get("model-upload-intent", "update_artifact"));
    String destination = settings.needed("destination-oci-uri").replaceFirst("^oci://", "");
    List<String> words = words(settings, destination);
    settings.customCa().map(Path::of).ifPresent(registry::addCa);
    Optional<Path> logins = settings.logins().map(TransferCommand::privately);
    registry.reachWith(logins, settings.flag("destination-oci-enable-tls-verify", true));
    try (Session session = session()) {
      URI api = ModelRegistrySettings.api(settings.registryUrl());
      ModelRegistry server =
          settings.registryToken().isPresent()
              ? session.modelRegistry(api, settings::registryToken)
              : session.modelRegistry(api.toString(), false);
      Runnable abandon = announce(server, settings, intent, destination);
      Ids ids;
      try {
        int code = ship(words);
        if (code != 0) {
          abandon.run();
          leave("Unexpected error: the image was not pushed (exit code %d)".formatted(code));
          return code;
        }
        ids = register(session, server, settings, intent, destination);
      } catch (ModelcarException e) {
        abandon.run();
        throw e;
      }
      leave(ids.json().toString());
      ids.ids().forEach((entity, id) -> console.result("%-16s %s".formatted(entity, id)));
      console.document(Map.of("intent", ids.intent()), Map.of("ids", ids.ids()));
      return 0;
    } finally {
      logins.ifPresent(TransferCommand::remove);
    }
  }

  /** The command that moves the model. */
  private static List<String> words(TransferJobSettings settings, String destination) {
    List<String> words = new ArrayList<>();
    switch (settings.get("source-type", "s3")) {
      case "uri" -> {
        words.addAll(List.of("ship", settings.source()));
        settings.baseImage().ifPresent(base -> words.addAll(List.of("--base", base)));
        words.addAll(List.of("--to", destination));
      }
      case "oci" ->
          words.addAll(
              List.of(
                  "copy",
                  settings.needed("source-oci-uri").replaceFirst("^oci://", ""),
                  destination));
      default ->
          throw Usage.invalid(
              "--source-type is uri (hf://…) or oci; models in S3 are not read, so mount the bucket and use `modelcar ship FOLDER`");
    }
    return words;
  }

  private int ship(List<String> words) {
    List<String> all = new ArrayList<>(words);
    registry.passOn(all);
    Environment own = environment();
    // The result is the ids; what the other command prints goes to the log.
    Environment logging = own.logging();
    Map<String, String> variables = new HashMap<>(own.variables());
    new TransferJobSettings(arguments, own.variables())
        .get("source-uri-credentials-path")
        .map(folder -> Path.of(folder, "HF_TOKEN"))
        .filter(Files::isRegularFile)
        .ifPresent(
            file -> variables.putIfAbsent("HF_TOKEN", TransferJobSettings.read(file).strip()));
    return program().run(logging.with(variables), all.toArray(String[]::new));
  }

  /** Announces the image, and returns what is to be done if it does not come. */
  private static Runnable announce(
      ModelRegistry server, TransferJobSettings settings, Intent intent, String destination) {
    if (intent == Intent.UPDATE_ARTIFACT) {
      Entry artifact = artifact(server, settings);
      if (artifact.isLive()) {
        return () -> {};
      }
      Entry pending = server.update(artifact, Entry.PENDING, Contents.none());
      return () -> server.update(pending, Entry.ABANDONED, Contents.none());
    }
    Registrar registrar = new Registrar(server);
    Registered announced =
        registrar.announce(
            registration(server, settings, intent, "oci://" + destination, Optional.empty()));
    return () -> registrar.abandon(announced);
  }

  private Ids register(
      Session session,
      ModelRegistry server,
      TransferJobSettings settings,
      Intent intent,
      String destination) {
    ImageReference image = session.reference(destination);
    ImageFacts facts = new FactsReader(session.reader(image), transfer.parallel()).read(image);
    String uri = RegisterCommand.uri(image, facts);
    if (intent == Intent.UPDATE_ARTIFACT) {
      Entry artifact = artifact(server, settings);
      Contents contents = new RegistrationContents(facts).artifact().with("uri", uri);
      Entry live =
          server.update(
              artifact,
              Entry.LIVE,
              Registrar.withHistory(contents, artifact, Optional.of(facts.digest())));
      Map<String, String> ids = new LinkedHashMap<>();
      settings.get("model-id").ifPresent(id -> ids.put("RegisteredModel", id));
      settings.get("model-version-id").ifPresent(id -> ids.put("ModelVersion", id));
      ids.put("ModelArtifact", live.id());
      return new Ids(intent.word(), ids);
    }
    Registered registered =
        new Registrar(server)
            .register(registration(server, settings, intent, uri, Optional.of(facts)));
    Map<String, String> ids = new LinkedHashMap<>();
    ids.put("RegisteredModel", registered.model().id());
    ids.put("ModelVersion", registered.version().id());
    ids.put("ModelArtifact", registered.artifact().id());
    return new Ids(intent.word(), ids);
  }

  private static TransferMetadata metadata(TransferJobSettings settings) {
    return new TransferMetadata(settings.get("metadata-configmap-path").map(Path::of));
  }

  private static Entry artifact(ModelRegistry server, TransferJobSettings settings) {
    String id =
        settings
            .get("model-artifact-id")
            .or(() -> metadata(settings).text("ModelArtifact", "id"))
            .orElseThrow(() -> Usage.invalid("missing --model-artifact-id"));
    return server.read(EntryKind.ARTIFACT, id);
  }

  private static Registration registration(
      ModelRegistry server,
      TransferJobSettings settings,
      Intent intent,
      String uri,
      Optional<ImageFacts> facts) {
    TransferMetadata metadata = metadata(settings);
    String model;
    if (intent == Intent.CREATE_MODEL) {
      model = metadata.needed("RegisteredModel", "name");
    } else {
      String id =
          settings
              .get("model-id")
              .or(() -> metadata.text("RegisteredModel", "id"))
              .orElseThrow(() -> Usage.invalid("missing --model-id"));
      model = server.read(EntryKind.MODEL, id).name();
    }
    Optional<RegistrationContents> known = facts.map(RegistrationContents::new);
    Contents none = Contents.none();
    Contents author = none.with("author", settings.get("registry-author"));
    return new Registration(
        model,
        metadata.needed("ModelVersion", "name"),
        metadata.text("ModelArtifact", "name").orElse(model),
        known
            .map(RegistrationContents::model)
            .orElse(none)
            .and(metadata.contents("RegisteredModel", MODEL_FIELDS)),
        known
            .map(RegistrationContents::version)
            .orElse(none)
            .and(author)
            .and(metadata.contents("ModelVersion", VERSION_FIELDS)),
        known
            .map(RegistrationContents::artifact)
            .orElse(none)
            .and(metadata.contents("ModelArtifact", ARTIFACT_FIELDS)),
        uri,
        facts.map(ImageFacts::digest),
        false);
  }

  /** Leaves the result where Kubernetes looks for it; outside of a pod there is no such place. */
  private void leave(String message) {
    String named = environment().variable(MESSAGE_VARIABLE);
    Path path = named.isBlank() ? MESSAGE : Path.of(named);
    if (named.isBlank() && !Files.isWritable(path)) {
      return;
    }
    try {
      String most =
          message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE);
      Files.write(path, most.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      console().warn("the termination message cannot be written: " + IoReason.of(e));
    }
  }

  /** A file that nobody else may read. */
  private static Path privately(ObjectNode json) {
    try {
      Path file = Files.createTempFile("modelcar-", ".json");
      Files.write(file, Json.bytes(json));
      return file;
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.DISK_FAILED, "cannot write the logins to a file: " + IoReason.of(e), e);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      file.toFile().deleteOnExit();
    }
  }
}
