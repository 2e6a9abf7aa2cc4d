package dev.modelcar.packaging.layers;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.FileIdentity;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * A layer of a model: its bytes, framed while its files are read, and what is known of it. What is
 * known comes from memory, or from the first pass over the bytes, which is always right.
 */
public final class ModelLayer implements Blob {
  private final PlannedLayer planned;
  private final Memory memory;
  private final LayerContent plain;
  private final BlobContent content;
  private final Optional<Digest> identity;
  private Optional<KnownLayer> layer = Optional.empty();
  private boolean read;

  /**
   * @param memory of earlier runs, for contents and checkpoints
   */
  public ModelLayer(PlannedLayer planned, Memory memory) {
    this.planned = planned;
    this.memory = memory;
    Compression compression = planned.recipe().compression();
    // An upload of what is compressed on the way is never resumed by another run.
    this.identity =
        compression == Compression.NONE
            ? recipe(remembered()).identity(planned.files())
            : Optional.empty();
    this.plain =
        new LayerContent(planned, identity.map(memory::checkpoints).orElseGet(Checkpoints::none));
    this.content =
        compression == Compression.NONE ? plain : new CompressedContent(plain, compression);
  }

  public PlannedLayer planned() {
    return planned;
  }

  @Override
  public BlobContent content() {
    return content;
  }

  @Override
  public long size() {
    return content.size().orElseGet(planned::size);
  }

  @Override
  public Optional<Digest> identity() {
    return identity;
  }

  @Override
  public Optional<String> repository() {
    return Optional.empty();
  }

  @Override
  public Optional<Descriptor> known() {
    return layer().map(KnownLayer::descriptor);
  }

  /** The layer, once it was found or read. */
  public synchronized Optional<KnownLayer> layer() {
    return layer;
  }

  /** Whether its files were read for its digest alone. */
  public synchronized boolean wasRead() {
    return read;
  }

  // ---- knowing it without a read ----

  /**
   * Asks for the layer by its recipe, where all contents are known without a read.
   *
   * @param reuse the layer that a recipe gives, if anybody remembers
   */
  public void recall(Function<Digest, Optional<KnownLayer>> reuse) {
    LayerRecipe recipe = recipe(remembered());
    recipe
        .digest()
        .flatMap(reuse)
        .ifPresent(found -> know(describe(recipe, found, contentsOf(found))));
  }

  private synchronized void know(KnownLayer found) {
    layer = Optional.of(found);
  }

  /** The contents of files that are the files of an earlier read. */
  private List<Optional<Digest>> remembered() {
    List<Optional<Digest>> contents = new ArrayList<>();
    for (ModelFile file : planned.files()) {
      contents.add(
          file.content()
              .flatMap(ContentDigest::sha256)
              .or(() -> file.identity().flatMap(memory::content)));
    }
    return contents;
  }

  private List<Optional<Digest>> contentsOf(KnownLayer found) {
    List<Optional<Digest>> contents = remembered();
    if (contents.size() == 1 && contents.getFirst().isEmpty()) {
      return List.of(LayerAnnotations.contentDigest(found.descriptor()));
    }
    return contents;
  }

  /** The same layer always says the same of itself, be it read now or found. */
  private KnownLayer describe(
      LayerRecipe recipe, KnownLayer found, List<Optional<Digest>> contents) {
    Descriptor descriptor =
        Descriptor.of(
            recipe.compression().mediaType(),
            found.descriptor().digest(),
            found.descriptor().size(),
            LayerAnnotations.of(planned, recipe.digest(), contents, found.diffId()));
    return new KnownLayer(descriptor, found.diffId());
  }

  // ---- reading it ----

  /**
   * Reads the layer for its digest alone.
   *
   * @throws ModelcarException if the source fails
   */
  public void read() {
    try (BlobReader reader = content.open(0)) {
      while (reader.transferTo(OutputStream.nullOutputStream(), Long.MAX_VALUE) >= 0) {
        // Until all has passed.
      }
    } catch (IOException e) {
      throw new ModelcarException(
          CoreError.CONTENT_MISMATCH, "%s: %s".formatted(name(), e.getMessage()), e);
    }
    synchronized (this) {
      read = true;
      var _ = learn();
    }
  }

  @Override
  public synchronized boolean learn() {
    Optional<Digest> digest = content.digest();
    if (digest.isEmpty()
        || layer.filter(l -> l.descriptor().digest().equals(digest.get())).isPresent()) {
      return false;
    }
    List<Optional<Digest>> contents = plain.contentDigests();
    for (int i = 0; i < planned.files().size(); i++) {
      Optional<FileIdentity> file = planned.files().get(i).identity();
      if (file.isPresent() && contents.get(i).isPresent()) {
        memory.rememberContent(file.get(), contents.get(i).get());
      }
    }
    long size =
        content instanceof CompressedContent compressed
            ? compressed.compressedSize().orElseThrow()
            : content.size().orElseThrow();
    Descriptor bare = Descriptor.of(planned.recipe().compression().mediaType(), digest.get(), size);
    LayerRecipe recipe = recipe(contents);
    KnownLayer learned =
        describe(recipe, new KnownLayer(bare, plain.digest().orElseThrow()), contents);
    layer = Optional.of(learned);
    recipe.digest().ifPresent(id -> memory.rememberLayer(id, learned));
    return true;
  }

  /** The recipe, its unknown contents filled in where they have become known. */
  private LayerRecipe recipe(List<Optional<Digest>> contents) {
    List<LayerRecipe.Entry> entries = new ArrayList<>();
    int file = 0;
    for (LayerRecipe.Entry entry : planned.recipe().entries()) {
      if (entry.tar().kind() == TarEntry.Kind.FILE) {
        Optional<ContentDigest> found = contents.get(file++).map(ContentDigest.Sha256::new);
        entries.add(new LayerRecipe.Entry(entry.tar(), entry.content().or(() -> found)));
      } else {
        entries.add(entry);
      }
    }
    return new LayerRecipe(entries, planned.recipe().compression());
  }
}
