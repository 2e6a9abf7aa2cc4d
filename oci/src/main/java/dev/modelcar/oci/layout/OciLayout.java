package dev.modelcar.oci.layout;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.WrongContentException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/**
 * A folder with images. Blobs are written under another name and moved once their digest is known;
 * {@code index.json} is replaced last, so that no tool sees a partial image. Several threads may
 * each publish a tag.
 */
public final class OciLayout extends LayoutReader implements ImageWriter {
  private static final int MAX_CONTENT_FAILURES = 3;
  private static final String PARTS = ".modelcar-parts";
  private static final Pattern UUID_NAME = Pattern.compile("[0-9a-f-]{36}");

  private final ImageReference.Layout location;
  private final Optional<String> tag;
  private final boolean checkRoom;
  private final Path folder;

  /** Written, and named by the index once the image is. */
  private final List<IndexFile.Attached> attached = new CopyOnWriteArrayList<>();

  /** The folders that did not exist before, the innermost first. */
  private final List<Path> created = new CopyOnWriteArrayList<>();

  public OciLayout(ImageReference.Layout location) {
    this(location, true);
  }

  /**
   * @param checkRoom whether all must fit before anything is written; not where room is made
   *     meanwhile
   */
  public OciLayout(ImageReference.Layout location, boolean checkRoom) {
    this.location = new ImageReference.Layout(location.folder(), Optional.empty());
    this.tag = location.tag();
    this.folder = location.folder();
    this.checkRoom = checkRoom;
  }

  @Override
  public ImageReference.Layout location() {
    return location;
  }

  private Path blob(Digest digest) {
    return folder.resolve("blobs").resolve(digest.algorithm().id()).resolve(digest.hex());
  }

  // ---- reading ----

  @Override
  IndexFile index() {
    Path file = folder.resolve(IndexFile.NAME);
    try {
      if (!Files.exists(folder.resolve(IndexFile.LAYOUT))) {
        throw new ModelcarException(
            Files.exists(folder) ? OciError.IMAGE_INVALID : OciError.IMAGE_NOT_FOUND,
            Files.exists(folder)
                ? folder + " is not an OCI layout: it has no file " + IndexFile.LAYOUT
                : "the OCI layout " + folder + " does not exist");
      }
      return IndexFile.parse(Files.readAllBytes(file), "the OCI layout " + folder);
    } catch (NoSuchFileException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, folder + " is not an OCI layout: it has no " + IndexFile.NAME, e);
    } catch (IOException e) {
      throw DiskErrors.of(e, "reading", file);
    }
  }

  @Override
  byte[] document(Digest digest) {
    Path file = blob(digest);
    try {
      if (Files.size(file) > RawManifest.MAX_BYTES) {
        throw new ModelcarException(
            OciError.IMAGE_INVALID, digest + " in " + folder + " is too large for a document");
      }
      byte[] bytes = Files.readAllBytes(file);
      if (!Sha256.of(bytes).equals(digest)) {
        throw new ModelcarException(
            CoreError.VERIFICATION_FAILED, "the content of " + file + " does not match its digest");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, "the layout " + folder + " lacks the blob " + digest, e);
    } catch (IOException e) {
      throw DiskErrors.of(e, "reading", file);
    }
  }

  @Override
  public OptionalLong blobSize(Digest digest) {
    try {
      return OptionalLong.of(Files.size(blob(digest)));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public BlobReader openBlob(Descriptor descriptor, long offset) throws IOException {
    Path file = blob(descriptor.digest());
    try {
      return new FileBlobReader(file, offset, 0, descriptor.size());
    } catch (NoSuchFileException e) {
      throw new ModelcarException(
          OciError.IMAGE_NOT_FOUND,
          "the layout " + folder + " lacks the blob " + descriptor.digest(),
          e);
    }
  }

  // ---- writing ----

  @Override
  public void checkWritable() {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new ModelcarException(OciError.TARGET_EXISTS, folder + " exists and is not a folder");
    }
    boolean layout = Files.exists(folder.resolve(IndexFile.LAYOUT));
    if (!layout && Files.exists(folder) && holdsSomethingElse()) {
      throw new ModelcarException(
          OciError.TARGET_EXISTS, folder + " contains files and is not an OCI layout");
    }
    if (layout) {
      // To write under a name that several images share would remove them all.
      tag.ifPresent(name -> one(index().named(name), " named " + name));
      index();
    }
  }

  @Override
  public synchronized void prepare(List<BlobContent> blobs) {
    checkWritable();
    try {
      create(folder.resolve("blobs").resolve("sha256"));
      create(folder.resolve(PARTS));
      PartFiles.removeLeftovers(
          folder, folder.resolve(PARTS), name -> UUID_NAME.matcher(name).matches());
    } catch (IOException e) {
      throw DiskErrors.of(e, "creating", folder);
    }
    if (checkRoom) {
      FreeSpace.check(folder, blobs);
    }
  }

  private void create(Path wanted) throws IOException {
    List<Path> missing = new ArrayList<>();
    Path path = wanted.toAbsolutePath();
    while (path != null && !Files.exists(path)) {
      missing.add(path);
      path = path.getParent();
    }
    created.addAll(0, missing);
    Files.createDirectories(wanted);
  }

  /** What an interrupted run of ours left is no obstacle. */
  private boolean holdsSomethingElse() {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (!name.equals("blobs") && !name.equals(PARTS)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw DiskErrors.of(e, "reading", folder);
    }
  }

  @Override
  public boolean has(Descriptor descriptor) {
    OptionalLong size = blobSize(descriptor.digest());
    return size.isPresent() && size.getAsLong() == descriptor.size();
  }

  @Override
  public Digest write(BlobContent content, UploadMemory memory, TransferListener listener) {
    Path part = folder.resolve(PARTS).resolve(UUID.randomUUID().toString());
    try {
      try {
        Files.createDirectories(part.getParent());
        writeRepeatedly(content, part, listener);
        Digest digest = content.digest().orElseThrow();
        Files.createDirectories(blob(digest).getParent());
        move(part, blob(digest));
        return digest;
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw DiskErrors.of(e, "writing", part);
    }
  }

  private static void writeRepeatedly(BlobContent content, Path part, TransferListener listener)
      throws IOException {
    for (int failures = 0; ; failures++) {
      try (FileChannel channel = PartFiles.open(part)) {
        FileBlobWriter.write(content, channel, 0, listener);
        return;
      } catch (WrongContentException e) {
        if (failures == MAX_CONTENT_FAILURES) {
          throw new ModelcarException(
              CoreError.CONTENT_MISMATCH, String.valueOf(e.getMessage()), e);
        }
        listener.resumed(0);
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void writeManifest(RawManifest manifest, Optional<String> tag) {
    try {
      writeSmall(blob(manifest.digest()), manifest.bytes());
    } catch (IOException e) {
      throw DiskErrors.of(e, "writing", folder);
    }
    attached.add(new IndexFile.Attached(manifest, tag));
  }

  @Override
  public void publish(RawManifest manifest, Optional<String> tag) {
    try {
      writeSmall(blob(manifest.digest()), manifest.bytes());
      Path layout = folder.resolve(IndexFile.LAYOUT);
      Path index = folder.resolve(IndexFile.NAME);
      try (IndexLock _ = IndexLock.of(folder)) {
        IndexFile before =
            Files.exists(layout) && Files.exists(index) ? index() : IndexFile.empty();
        IndexFile after =
            before.with(
                manifest.descriptor(), tag, new LayoutReferrers(before, this::manifest)::refers);
        writeSmall(index, after.with(attached).toBytes());
        writeSmall(layout, IndexFile.LAYOUT_CONTENT);
      }
    } catch (IOException e) {
      throw DiskErrors.of(e, "writing", folder);
    }
  }

  /** The blobs stay: other images may need them. */
  @Override
  public void remove(Optional<String> removed, Digest manifest) {
    try {
      Files.createDirectories(folder.resolve(PARTS));
      try (IndexLock _ = IndexLock.of(folder)) {
        writeSmall(folder.resolve(IndexFile.NAME), index().without(removed, manifest).toBytes());
      }
    } catch (IOException e) {
      throw DiskErrors.of(e, "writing", folder);
    }
  }

  private void writeSmall(Path file, byte[] bytes) throws IOException {
    Path part = folder.resolve(PARTS).resolve(UUID.randomUUID().toString());
    Files.createDirectories(part.getParent());
    try (FileChannel channel =
        FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      var buffer = java.nio.ByteBuffer.wrap(bytes);
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      channel.force(true);
    }
    move(part, file);
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(folder.resolve(PARTS));
      // Who was refused before the first byte finds everything as it was.
      for (Path path : created) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      // Something is in it: blobs, an image, or parts of another run.
    }
  }

  /**
   * Two that add an image to one layout at once take turns at its index: threads by a lock of this
   * process, for a file's lock is not for them, and processes by that.
   */
  private record IndexLock(ReentrantLock turn, FileChannel channel, FileLock lock, Path file)
      implements AutoCloseable {
    private static final Map<Path, ReentrantLock> TURNS = new ConcurrentHashMap<>();

    static IndexLock of(Path folder) throws IOException {
      ReentrantLock turn =
          TURNS.computeIfAbsent(folder.toRealPath(), layout -> new ReentrantLock());
      turn.lock();
      try {
        Path file = folder.resolve(PARTS).resolve("lock");
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        return new IndexLock(turn, channel, channel.lock(), file);
      } catch (IOException | RuntimeException e) {
        turn.unlock();
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      try {
        lock.release();
        channel.close();
        Files.deleteIfExists(file);
      } finally {
        turn.unlock();
      }
    }
  }
}
