package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.WrongContentException;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import dev.modelcar.oci.tar.TarLayout.Segment;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * An uncompressed layer, framed as tar while its files are read. Each byte is hashed once for the
 * layer and once for its file, the first time that it passes, whoever reads it; several readers may
 * be open at once. A file that is not what its source promised is found out before its last byte is
 * passed on, and then everything starts over.
 */
public final class LayerContent implements BlobContent {
  /** How many bytes lie between two checkpoints; each costs a few hundred bytes of journal. */
  private static final long CHECKPOINT_DISTANCE = 32L << 20;

  private final PlannedLayer layer;
  private final Checkpoints checkpoints;
  private final TarLayout layout;
  private final List<ModelFile> fileOfEntry;

  private final ReentrantLock lock = new ReentrantLock();
  private Sha256 hash;
  private long hashed;
  private long nextCheckpoint = CHECKPOINT_DISTANCE;
  private Optional<FileHash> fileHash = Optional.empty();
  private final List<Optional<Digest>> contents;
  private Optional<Digest> digest = Optional.empty();

  public LayerContent(PlannedLayer layer) {
    this(layer, Checkpoints.none());
  }

  /**
   * @param checkpoints of earlier passes over this layer
   */
  public LayerContent(PlannedLayer layer, Checkpoints checkpoints) {
    this.layer = layer;
    this.checkpoints = checkpoints;
    this.layout = TarLayout.of(layer.recipe().tarEntries());
    this.hash = Sha256.create(layout.size());
    this.fileOfEntry = LayerReader.filesOf(layout, layer);
    this.contents = new ArrayList<>(Collections.nCopies(layout.entries().size(), Optional.empty()));
  }

  @Override
  public OptionalLong size() {
    return OptionalLong.of(layout.size());
  }

  @Override
  public String name() {
    return layer.name();
  }

  @Override
  public Optional<Digest> digest() {
    lock.lock();
    try {
      return digest;
    } finally {
      lock.unlock();
    }
  }

  /** The SHA-256 of each file's content in the order of the files, as far as it is known. */
  public List<Optional<Digest>> contentDigests() {
    lock.lock();
    try {
      List<Optional<Digest>> digests = new ArrayList<>();
      for (int i = 0; i < layout.entries().size(); i++) {
        if (layout.entries().get(i).kind() == TarEntry.Kind.FILE) {
          digests.add(contents.get(i));
        }
      }
      return digests;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public BlobReader open(long offset) throws IOException {
    long known = hashedBefore(offset);
    if (offset <= known) {
      return new LayerReader(layout, fileOfEntry, offset, this::pass);
    }
    // What lies in between was sent by somebody else: it is read for the digest's sake alone.
    LayerReader reader = new LayerReader(layout, fileOfEntry, known, this::pass);
    try {
      while (reader.position() < offset) {
        reader.transferTo(OutputStream.nullOutputStream(), offset - reader.position());
      }
      return reader;
    } catch (IOException | RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  /**
   * How far the hashes are, moved on to the last checkpoint before an offset if that is further.
   */
  private long hashedBefore(long offset) {
    lock.lock();
    try {
      if (offset > hashed) {
        checkpoints
            .before(offset)
            .filter(found -> found.position() > hashed && found.position() <= layout.size())
            .ifPresent(this::restore);
      }
      return hashed;
    } finally {
      lock.unlock();
    }
  }

  // ---- hashing ----

  /** Takes note of bytes at a position; those that were seen before are passed over. */
  private void pass(long position, Segment segment, byte[] bytes, int offset, int length)
      throws WrongContentException {
    lock.lock();
    try {
      if (position > hashed) {
        throw new WrongContentException(layer.name() + " is read again from the start");
      }
      int seen = (int) Math.min(length, hashed - position);
      if (seen == length) {
        return;
      }
      switch (segment) {
        case Segment.Content content -> passContent(content, bytes, offset + seen, length - seen);
        case Segment.Bytes _ -> hash.update(bytes, offset + seen, length - seen);
      }
      hashed += length - seen;
      if (hashed == layout.size()) {
        digest = Optional.of(hash.digest());
      } else if (hashed >= nextCheckpoint) {
        save();
      }
    } finally {
      lock.unlock();
    }
  }

  private void passContent(Segment.Content content, byte[] bytes, int offset, int length)
      throws WrongContentException {
    ModelFile file = fileOfEntry.get(content.entry());
    if (hashed == content.offset()) {
      boolean alone = layer.files().size() == 1;
      fileHash = Optional.of(new FileHash(file.content(), file.size(), alone));
    }
    FileHash current = fileHash.orElseThrow();
    current.updateWith(hash, bytes, offset, length);
    if (hashed + length == content.end()) {
      if (!current.isRight()) {
        startAnew();
        throw new WrongContentException(
            "the content of %s does not match the digest that its source declares (%s)"
                .formatted(file.path(), file.content().map(Object::toString).orElse("")));
      }
      contents.set(content.entry(), current.sha256());
      fileHash = Optional.empty();
    }
  }

  private void startAnew() {
    checkpoints.forget();
    nextCheckpoint = CHECKPOINT_DISTANCE;
    hash = Sha256.create(layout.size());
    hashed = 0;
    fileHash = Optional.empty();
    digest = Optional.empty();
    Collections.fill(contents, Optional.empty());
  }

  // ---- checkpoints ----

  private void save() {
    nextCheckpoint = hashed + CHECKPOINT_DISTANCE;
    Optional<byte[]> layerHash = hash.save();
    Optional<byte[]> inFile = fileHash.isEmpty() ? Optional.of(new byte[0]) : fileHash.get().save();
    if (layerHash.isEmpty() || inFile.isEmpty()) {
      return;
    }
    Map<Integer, Digest> passed = new TreeMap<>();
    for (int i = 0; i < contents.size(); i++) {
      int entry = i;
      contents.get(i).ifPresent(known -> passed.put(entry, known));
    }
    checkpoints.remember(
        new Checkpoints.Checkpoint(
            hashed,
            Base64.getEncoder().encodeToString(layerHash.get()),
            Base64.getEncoder().encodeToString(inFile.get()),
            passed));
  }

  private static Optional<byte[]> decode(String base64) {
    try {
      return Optional.of(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private void restore(Checkpoints.Checkpoint saved) {
    Optional<Sha256> layerHash =
        decode(saved.layer())
            .flatMap(Sha256::restore)
            .filter(sha -> sha.count() == saved.position());
    Optional<FileHash> inFile = Optional.empty();
    if (!saved.file().isEmpty()) {
      Segment segment = layout.segments().get(layout.segmentAt(saved.position()));
      if (!(segment instanceof Segment.Content content)) {
        return;
      }
      ModelFile file = fileOfEntry.get(content.entry());
      long passed = saved.position() - content.offset();
      inFile = decode(saved.file()).flatMap(hash -> FileHash.restore(file.content(), hash, passed));
      if (inFile.isEmpty()) {
        return;
      }
    }
    boolean known = saved.contents().keySet().stream().allMatch(i -> i < contents.size());
    if (layerHash.isEmpty() || !known) {
      return;
    }
    hash = layerHash.get();
    fileHash = inFile;
    hashed = saved.position();
    nextCheckpoint = hashed + CHECKPOINT_DISTANCE;
    saved.contents().forEach((entry, content) -> contents.set(entry, Optional.of(content)));
  }
}
