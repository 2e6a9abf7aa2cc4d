package dev.modelcar.oci.layout;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.ImageWriter;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.TransferListener;
import dev.modelcar.oci.UploadMemory;
import dev.modelcar.oci.WrongContentException;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Writes one image into a tar archive, once and in place. Blobs whose sizes are known get their
 * room before anything is written, so several are written at once; the header of each is written
 * when its digest is known, for it names the digest. The file appears under its name when it is
 * whole, with all the tags that the image is to have; several threads may each publish one of them.
 */
public final class OciArchiveWriter implements ImageWriter {
  private static final int MAX_CONTENT_FAILURES = 3;
  private static final String PART_SUFFIX = ".part";

  /** Room for the list of images in front of everything else; it is padded with spaces. */
  private static final int INDEX_ROOM = 16 << 10;

  /** What that room is called where the list did not fit into it; nobody reads it. */
  private static final String UNUSED_ROOM = "unused";

  private final ImageReference.Archive location;
  private final List<String> tags;
  private final boolean checkRoom;
  private final Path file;
  private final Path part;
  private final IdentityHashMap<BlobContent, Long> rooms = new IdentityHashMap<>();
  private final Map<Digest, Long> written = new ConcurrentHashMap<>();
  private final List<IndexFile.Attached> manifests = new ArrayList<>();
  private final ReentrantLock tail = new ReentrantLock();
  private volatile Optional<FileChannel> channel = Optional.empty();
  private Optional<Digest> published = Optional.empty();
  private long end;

  public OciArchiveWriter(ImageReference.Archive location) {
    this(location, List.of(), true);
  }

  /**
   * @param tags of the image
   * @param checkRoom whether all must fit before anything is written; not where room is made
   *     meanwhile
   */
  public OciArchiveWriter(ImageReference.Archive location, List<String> tags, boolean checkRoom) {
    this.location = new ImageReference.Archive(location.file(), Optional.empty());
    this.file = location.file();
    this.part = file.resolveSibling(partPrefix() + UUID.randomUUID() + PART_SUFFIX);
    this.tags = List.copyOf(tags);
    this.checkRoom = checkRoom;
  }

  private String partPrefix() {
    return "." + file.getFileName() + ".";
  }

  @Override
  public ImageReference.Archive location() {
    return location;
  }

  @Override
  public void checkWritable() {
    if (Files.isDirectory(file)) {
      throw new ModelcarException(OciError.TARGET_EXISTS, file + " exists and is a folder");
    }
    if (Files.exists(file) && !OciArchiveReader.isArchive(file)) {
      throw new ModelcarException(
          OciError.TARGET_EXISTS, file + " exists and is not an OCI archive");
    }
    if (!Files.isDirectory(folder())) {
      throw new ModelcarException(
          OciError.TARGET_NOT_WRITABLE, "the folder " + folder() + " does not exist");
    }
  }

  private Path folder() {
    return Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(file);
  }

  @Override
  public void prepare(List<BlobContent> blobs) {
    tail.lock();
    try {
      if (channel.isEmpty()) {
        open(blobs);
      }
    } finally {
      tail.unlock();
    }
  }

  private void open(List<BlobContent> blobs) {
    checkWritable();
    Path folder = folder();
    PartFiles.removeLeftovers(
        file, folder, name -> name.startsWith(partPrefix()) && name.endsWith(PART_SUFFIX));
    if (checkRoom) {
      FreeSpace.check(folder, blobs);
    }
    try {
      channel = Optional.of(PartFiles.open(part));
    } catch (IOException e) {
      throw DiskErrors.of(e, "creating", part);
    }
    end = room(IndexFile.LAYOUT_CONTENT.length) + room(INDEX_ROOM);
    List<BlobContent> known = new ArrayList<>(blobs);
    known.removeIf(blob -> blob.size().isEmpty());
    known.sort(Comparator.comparingLong(blob -> blob.size().getAsLong()));
    for (BlobContent blob : known) {
      rooms.put(blob.origin(), end);
      end += room(blob.size().getAsLong());
    }
  }

  /** A header, the content, and the padding behind it. */
  private static long room(long size) {
    return TarLayout.sizeOf(List.of(entry("x", size))) - TarLayout.sizeOf(List.of());
  }

  private static TarEntry entry(String name, long size) {
    return TarEntry.file(name, 0644, size);
  }

  private static String name(Digest digest) {
    return "blobs/" + digest.algorithm().id() + "/" + digest.hex();
  }

  @Override
  public boolean has(Descriptor blob) {
    Long size = written.get(blob.digest());
    return size != null && size == blob.size();
  }

  @Override
  public Digest write(BlobContent content, UploadMemory memory, TransferListener listener) {
    Long room = rooms.get(content.origin());
    if (room != null) {
      return writeAt(room, content, listener);
    }
    // Where it ends is known only when it does: one at a time, behind all others.
    tail.lock();
    try {
      Optional<Digest> there = content.digest().filter(written::containsKey);
      if (there.isPresent()) {
        return there.get();
      }
      long start = end;
      Digest digest = writeAt(start, content, listener);
      end = start + room(written.getOrDefault(digest, 0L));
      return digest;
    } finally {
      tail.unlock();
    }
  }

  private Digest writeAt(long start, BlobContent content, TransferListener listener) {
    FileChannel archive = channel.orElseThrow();
    int header = (int) room(0);
    try {
      for (int failures = 0; ; failures++) {
        try {
          long size = FileBlobWriter.write(content, archive, start + header, listener);
          Digest digest = content.digest().orElseThrow();
          writeHeaderAndPadding(archive, start, entry(name(digest), size));
          written.put(digest, size);
          return digest;
        } catch (WrongContentException e) {
          if (failures == MAX_CONTENT_FAILURES) {
            throw new ModelcarException(
                CoreError.CONTENT_MISMATCH, String.valueOf(e.getMessage()), e);
          }
          listener.resumed(0);
        }
      }
    } catch (IOException e) {
      throw DiskErrors.of(e, "writing", part);
    }
  }

  private static void writeHeaderAndPadding(FileChannel archive, long start, TarEntry entry)
      throws IOException {
    List<TarLayout.Segment> segments = TarLayout.of(List.of(entry)).segments();
    for (TarLayout.Segment segment : segments.subList(0, segments.size() - 1)) {
      if (segment instanceof TarLayout.Segment.Bytes bytes) {
        write(archive, start + bytes.offset(), bytes.bytes());
      }
    }
  }

  private static void write(FileChannel archive, long position, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      archive.write(buffer, position + buffer.position());
    }
  }

  @Override
  public void writeManifest(RawManifest manifest, Optional<String> tag) {
    tail.lock();
    try {
      manifests.add(new IndexFile.Attached(manifest, tag));
    } finally {
      tail.unlock();
    }
  }

  @Override
  public void publish(RawManifest manifest, Optional<String> tag) {
    tail.lock();
    try {
      if (published.equals(Optional.of(manifest.digest()))
          && tags.containsAll(tag.stream().toList())) {
        return;
      }
      FileChannel archive = channel.orElseThrow();
      Map<Digest, RawManifest> documents = new LinkedHashMap<>();
      manifests.forEach(one -> documents.put(one.manifest().digest(), one.manifest()));
      documents.put(manifest.digest(), manifest);
      for (RawManifest document : documents.values()) {
        append(archive, name(document.digest()), document.bytes());
      }
      writeWhole(archive, 0, IndexFile.LAYOUT, IndexFile.LAYOUT_CONTENT);
      writeIndex(archive, index(manifest.descriptor(), tag).with(manifests).toBytes());
      write(archive, end, new byte[(int) TarLayout.sizeOf(List.of())]);
      archive.force(true);
      archive.close();
      channel = Optional.empty();
      move();
      published = Optional.of(manifest.digest());
    } catch (IOException e) {
      throw DiskErrors.of(e, "writing", part);
    } finally {
      tail.unlock();
    }
  }

  private IndexFile index(Descriptor image, Optional<String> tag) {
    Set<Optional<String>> names = new LinkedHashSet<>(List.of(tag));
    tags.forEach(name -> names.add(Optional.of(name)));
    IndexFile index = IndexFile.empty();
    for (Optional<String> name : names) {
      index = index.with(image, name, entry -> false);
    }
    return index;
  }

  /** In its room, or, if too much is attached to the image, behind everything else. */
  private void writeIndex(FileChannel archive, byte[] index) throws IOException {
    boolean fits = index.length <= INDEX_ROOM;
    byte[] padded = Arrays.copyOf(fits ? index : new byte[0], INDEX_ROOM);
    Arrays.fill(padded, fits ? index.length : 0, INDEX_ROOM, (byte) ' ');
    writeWhole(
        archive,
        room(IndexFile.LAYOUT_CONTENT.length),
        fits ? IndexFile.NAME : UNUSED_ROOM,
        padded);
    if (!fits) {
      append(archive, IndexFile.NAME, index);
    }
  }

  private void append(FileChannel archive, String name, byte[] content) throws IOException {
    writeWhole(archive, end, name, content);
    end += room(content.length);
  }

  private static void writeWhole(FileChannel archive, long start, String name, byte[] content)
      throws IOException {
    TarEntry entry = entry(name, content.length);
    writeHeaderAndPadding(archive, start, entry);
    write(archive, start + room(0), content);
  }

  private void move() throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void close() {
    try {
      if (channel.isPresent()) {
        channel.get().close();
      }
      Files.deleteIfExists(part);
    } catch (IOException e) {
      // A part of a file with a dot in front of its name is no image for anybody.
    }
  }
}
