package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.packaging.layers.Checkpoints;
import dev.modelcar.packaging.layers.CompressedContent;
import dev.modelcar.packaging.layers.Compression;
import dev.modelcar.packaging.layers.LayerContent;
import dev.modelcar.packaging.layers.LayerRecipe;
import dev.modelcar.packaging.layers.PlannedLayer;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.FileIdentity;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One layer in a shipment, or a blob of an image that is copied: its bytes, what is known of it,
 * and which targets have it. What is known comes from memory, or from the first pass over the
 * bytes, which is always right.
 */
final class ShipmentLayer {
  private final Context context;
  private final BlobContent content;
  private final Optional<PlannedLayer> planned;
  private final Optional<LayerContent> plain;
  private final Optional<String> baseRepository;

  /** By which other runs know the layer; it does not change when contents become known. */
  private final Optional<Digest> identity;

  private final Set<ShipmentTarget> having = new HashSet<>();
  private Optional<KnownLayer> known;
  private boolean read;
  private boolean arrived;

  /**
   * What all layers of a shipment share.
   *
   * @param targets all that there are
   * @param window how far the fastest target may be ahead of the slowest, in bytes
   * @param isOver whether the shipment has failed already
   * @param receipts of the layers that have arrived
   * @param arrived hears of each layer of the model that all targets have
   */
  record Context(
      List<ShipmentTarget> targets,
      Memory memory,
      ShipmentListener listener,
      long window,
      BooleanSupplier isOver,
      Receipts receipts,
      Consumer<PlannedLayer> arrived) {}

  private ShipmentLayer(
      Context context,
      BlobContent content,
      Optional<PlannedLayer> planned,
      Optional<LayerContent> plain,
      Optional<String> baseRepository,
      Optional<Digest> identity,
      Optional<KnownLayer> known) {
    this.context = context;
    this.content = content;
    this.planned = planned;
    this.plain = plain;
    this.baseRepository = baseRepository;
    this.identity = identity;
    this.known = known;
  }

  static ShipmentLayer of(PlannedLayer layer, Context context) {
    Compression compression = layer.recipe().compression();
    // An upload of what is compressed on the way never goes on in another run.
    Optional<Digest> identity =
        compression == Compression.NONE ? identity(layer, context.memory()) : Optional.empty();
    LayerContent plain =
        new LayerContent(
            layer, identity.map(context.memory()::checkpoints).orElseGet(Checkpoints::none));
    return new ShipmentLayer(
        context,
        compression == Compression.NONE ? plain : new CompressedContent(plain, compression),
        Optional.of(layer),
        Optional.of(plain),
        Optional.empty(),
        identity,
        Optional.empty());
  }

  static ShipmentLayer of(Base.BaseLayer layer, Context context) {
    return new ShipmentLayer(
        context,
        layer.content(),
        Optional.empty(),
        Optional.empty(),
        layer.repository(),
        Optional.of(layer.descriptor().digest()),
        Optional.of(new KnownLayer(layer.descriptor(), layer.descriptor().digest())));
  }

  BlobContent content() {
    return content;
  }

  boolean isOfModel() {
    return planned.isPresent();
  }

  /** The size in bytes; of a layer that is compressed on the way, the size before. */
  long size() {
    return content.size().orElseGet(() -> planned.map(PlannedLayer::size).orElse(0L));
  }

  synchronized Optional<KnownLayer> known() {
    return known;
  }

  /** As it stands in the manifest; known after it was found or moved. */
  synchronized Descriptor descriptor() {
    return known.orElseThrow().descriptor();
  }

  synchronized boolean isLackedBy(ShipmentTarget target) {
    return !having.contains(target);
  }

  synchronized void forget(ShipmentTarget target) {
    having.remove(target);
  }

  synchronized ShipmentReport.LayerOutcome outcome() {
    return new ShipmentReport.LayerOutcome(content.name(), descriptor(), read);
  }

  // ---- what is there ----

  /** Asks for the layer by its recipe, where all contents are known without a read. */
  void lookUp(Reuse reuse) {
    if (planned.isEmpty()) {
      return;
    }
    LayerRecipe recipe = recipe(planned.get(), remembered(planned.get(), context.memory()));
    recipe
        .digest()
        .flatMap(reuse::find)
        .ifPresent(found -> know(describe(recipe, found, contentsOf(found))));
  }

  /**
   * Whether nobody knows the layer yet, but a pass over its local files would tell whether a target
   * has it.
   */
  boolean mayBeThere(Reuse reuse) {
    if (planned.isEmpty() || known().isPresent()) {
      return false;
    }
    List<ModelFile> files = planned.get().files();
    boolean local = files.stream().allMatch(file -> file.identity().isPresent());
    boolean plainSize = planned.get().recipe().compression() == Compression.NONE;
    Optional<String> title =
        files.size() == 1 ? Optional.of(files.getFirst().path()) : Optional.empty();
    return local && plainSize && reuse.hasLike(title, size());
  }

  private synchronized void know(KnownLayer layer) {
    known = Optional.of(layer);
  }

  /** Reads a layer of the model that is known, and learns from its bytes what it really is. */
  void verifyKnown() {
    if (planned.isPresent() && known().isPresent()) {
      read();
    }
  }

  /**
   * Reads the layer for its digest alone.
   *
   * @throws ModelcarException if the source fails
   */
  void read() {
    try (BlobReader reader = content.open(0)) {
      while (reader.transferTo(OutputStream.nullOutputStream(), Long.MAX_VALUE) >= 0) {
        if (context.isOver().getAsBoolean()) {
          return;
        }
      }
    } catch (IOException e) {
      throw new ModelcarException(
          ErrorCode.CONTENT_MISMATCH, "%s: %s".formatted(content.name(), e.getMessage()), e);
    }
    synchronized (this) {
      read = true;
      learn();
    }
  }

  /** The contents of files that are the files of an earlier read. */
  private static List<Optional<Digest>> remembered(PlannedLayer layer, Memory memory) {
    List<Optional<Digest>> contents = new ArrayList<>();
    for (ModelFile file : layer.files()) {
      contents.add(
          file.content()
              .flatMap(ContentDigest::sha256)
              .or(() -> file.identity().flatMap(memory::content)));
    }
    return contents;
  }

  private static Optional<Digest> identity(PlannedLayer layer, Memory memory) {
    return recipe(layer, remembered(layer, memory)).identity(layer.files());
  }

  /** The same layer always says the same of itself, be it read now or found. */
  private KnownLayer describe(
      LayerRecipe recipe, KnownLayer found, List<Optional<Digest>> contents) {
    PlannedLayer layer = planned.orElseThrow();
    Descriptor descriptor =
        Descriptor.of(
            recipe.compression().mediaType(),
            found.descriptor().digest(),
            found.descriptor().size(),
            LayerAnnotations.of(layer, recipe.digest(), contents, found.diffId()));
    return new KnownLayer(descriptor, found.diffId());
  }

  private List<Optional<Digest>> contentsOf(KnownLayer found) {
    PlannedLayer layer = planned.orElseThrow();
    List<Optional<Digest>> contents = remembered(layer, context.memory());
    if (contents.size() == 1 && contents.getFirst().isEmpty()) {
      return List.of(LayerAnnotations.contentDigest(found.descriptor()));
    }
    return contents;
  }

  /** Asks a target for the layer; false if it lacks it, or nobody knows which layer it is. */
  boolean lookIn(ShipmentTarget target) {
    Optional<Descriptor> wanted = known().map(KnownLayer::descriptor);
    if (wanted.isEmpty() || !target.writer().has(wanted.get())) {
      return false;
    }
    reused(target, wanted.get(), "present");
    return true;
  }

  /**
   * Lets a target take the layer from the repository of the base, where both are in one registry.
   */
  void mountInto(ShipmentTarget target) {
    Optional<Descriptor> wanted = known().map(KnownLayer::descriptor);
    if (wanted.isEmpty()
        || baseRepository.isEmpty()
        || !(target.reference() instanceof ImageReference.Registry registry)) {
      return;
    }
    String prefix = registry.host() + "/";
    String from = baseRepository.get();
    if (from.startsWith(prefix)
        && target.writer().mount(wanted.get(), from.substring(prefix.length()))) {
      reused(target, wanted.get(), "mounted");
    }
  }

  private void reused(ShipmentTarget target, Descriptor blob, String how) {
    synchronized (this) {
      having.add(target);
    }
    target.reused(blob.size());
    context
        .listener()
        .on(new ShipmentEvent.LayerReused(content.name(), target.name(), blob.size(), how));
  }

  synchronized ShipmentPreview.Layer preview(List<ShipmentTarget> targets) {
    return new ShipmentPreview.Layer(
        content.name(),
        size(),
        isOfModel(),
        known.map(KnownLayer::descriptor),
        targets.stream().map(having::contains).toList());
  }

  // ---- moving ----

  /**
   * Moves the layer to those of the targets that lack it.
   *
   * @param sent runs when they have all bytes, though perhaps not said so yet
   */
  void move(List<ShipmentTarget> to, Runnable sent) {
    Neighbours lacking = neighbours(to);
    if (lacking.isNobody()) {
      return;
    }
    send(lacking.senders(), sent);
    take(lacking);
    List<ShipmentTarget> left =
        lacking.takers().entrySet().stream()
            .filter(taker -> !isPutOff(taker.getValue()))
            .map(Map.Entry::getKey)
            .filter(target -> isLackedBy(target) && !target.hasFailed())
            .toList();
    Neighbours refused = Neighbours.among(left, List.of());
    send(refused.senders(), () -> {});
    take(refused);
    arrive();
  }

  private Neighbours neighbours(List<ShipmentTarget> to) {
    return Neighbours.among(
        to.stream().filter(target -> !target.hasFailed() && isLackedBy(target)).toList(),
        context.targets().stream().filter(target -> !isLackedBy(target)).toList());
  }

  /** Whether a target is to have the layer later, by a pass of its own. */
  private boolean isPutOff(ShipmentTarget target) {
    return isLackedBy(target) && target.isDetached() && !target.hasFailed();
  }

  /** Once no target lacks the layer any more, nobody needs what was kept for it. */
  private void arrive() {
    synchronized (this) {
      boolean wanting =
          context.targets().stream().anyMatch(target -> !target.hasFailed() && isLackedBy(target));
      if (wanting || arrived) {
        return;
      }
      arrived = true;
    }
    identity.ifPresent(layer -> context.memory().checkpoints(layer).forget());
    planned.ifPresent(context.arrived());
  }

  /** How many of the targets have to be sent the bytes. */
  int sendings(List<ShipmentTarget> to) {
    return neighbours(to).senders().size();
  }

  private void send(List<ShipmentTarget> lacking, Runnable sent) {
    if (lacking.isEmpty()) {
      return;
    }
    List<ShipmentTarget> done =
        new LayerShipment(
                content,
                lacking,
                this::uploadMemory,
                context.listener(),
                context.window(),
                context.isOver(),
                sent)
            .run();
    synchronized (this) {
      read = true;
      if (content.digest().isPresent()) {
        learn();
      }
      having.addAll(done);
    }
    if (isOfModel()) {
      known().ifPresent(layer -> done.forEach(target -> context.receipts().arrived(target, layer)));
    }
  }

  private void take(Neighbours neighbours) {
    for (List<ShipmentTarget> wave : neighbours.waves()) {
      Targets.each(
          wave,
          target -> takeFrom(Objects.requireNonNull(neighbours.takers().get(target)), target),
          context.listener());
    }
  }

  private void takeFrom(ShipmentTarget neighbour, ShipmentTarget target) {
    if (isLackedBy(neighbour)) {
      if (isPutOff(neighbour) && target.detach()) {
        context.listener().on(new ShipmentEvent.TargetDetached(target.name()));
      }
      return;
    }
    Descriptor wanted = descriptor();
    if (Neighbours.areInOneRepository(target, neighbour)) {
      lookIn(target);
    } else if (neighbour.reference() instanceof ImageReference.Registry source) {
      if (target.writer().mount(wanted, source.repository())) {
        reused(target, wanted, "mounted");
        known()
            .filter(layer -> isOfModel())
            .ifPresent(layer -> context.receipts().arrived(target, layer));
      } else {
        target.mountsNothing();
      }
    }
  }

  private UploadMemory uploadMemory(ShipmentTarget target) {
    return identity
        .map(layer -> context.memory().upload(target.reference(), layer))
        .orElseGet(UploadMemory::none);
  }

  /** After a pass over all bytes everything is known. */
  private void learn() {
    if (planned.isEmpty()) {
      return;
    }
    Digest digest = content.digest().orElseThrow();
    if (known.isPresent() && known.get().descriptor().digest().equals(digest)) {
      return;
    }
    // What was remembered, if anything was, is another layer: whoever has that lacks this one.
    having.clear();
    PlannedLayer layer = planned.get();
    LayerContent bytes = plain.orElseThrow();
    List<Optional<Digest>> contents = bytes.contentDigests();
    for (int i = 0; i < layer.files().size(); i++) {
      Optional<FileIdentity> identity = layer.files().get(i).identity();
      if (identity.isPresent() && contents.get(i).isPresent()) {
        context.memory().rememberContent(identity.get(), contents.get(i).get());
      }
    }
    long size =
        content instanceof CompressedContent compressed
            ? compressed.compressedSize().orElseThrow()
            : content.size().orElseThrow();
    Descriptor bare = Descriptor.of(layer.recipe().compression().mediaType(), digest, size);
    LayerRecipe recipe = recipe(layer, contents);
    KnownLayer learned =
        describe(recipe, new KnownLayer(bare, bytes.digest().orElseThrow()), contents);
    known = Optional.of(learned);
    recipe.digest().ifPresent(id -> context.memory().rememberLayer(id, learned));
  }

  /** The recipe, its unknown contents filled in where they have become known. */
  private static LayerRecipe recipe(PlannedLayer layer, List<Optional<Digest>> contents) {
    List<LayerRecipe.Entry> entries = new ArrayList<>();
    int file = 0;
    for (LayerRecipe.Entry entry : layer.recipe().entries()) {
      if (entry.tar().kind() == TarEntry.Kind.FILE) {
        Optional<ContentDigest> found = contents.get(file++).map(ContentDigest.Sha256::new);
        entries.add(new LayerRecipe.Entry(entry.tar(), entry.content().or(() -> found)));
      } else {
        entries.add(entry);
      }
    }
    return new LayerRecipe(entries, layer.recipe().compression());
  }
}
