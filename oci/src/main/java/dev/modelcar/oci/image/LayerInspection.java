package dev.modelcar.oci.image;

import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReader;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.tar.TarStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * What a blob turns out to hold when every byte of it is read.
 *
 * @param bytes that were read
 * @param diffId the digest after unpacking, for layers
 * @param files in a layer
 * @param links in a layer: their paths, and the paths from the root that they point to
 * @param problems that were found
 */
public record LayerInspection(
    long bytes,
    Optional<Digest> diffId,
    List<File> files,
    Map<String, String> links,
    List<String> problems) {

  /** Larger files are kept by Git LFS, and known by their SHA-256. */
  private static final long MOST_IN_GIT = 128L << 20;

  /**
   * A file in a layer.
   *
   * @param path as it stands in the layer
   * @param sha256 of its content
   * @param gitBlob the digest that git gives its content; empty for files that git would not keep
   */
  public record File(String path, long size, Digest sha256, String gitBlob) {}

  /** Reads a blob to its end. */
  public static LayerInspection of(ImageReader reader, Descriptor blob, boolean layer) {
    List<String> problems = new ArrayList<>();
    List<File> files = new ArrayList<>();
    Map<String, String> links = new TreeMap<>();
    Optional<Digest> diffId = Optional.empty();
    Hashing raw;
    try (BlobStream opened = new BlobStream(reader, blob)) {
      raw = new Hashing(opened, blob.size());
      if (layer) {
        try {
          Hashing plain = unpacked(raw, blob);
          TarStream.read(
              plain,
              (entry, content) -> {
                if (entry.isFile()) {
                  files.add(file(entry, content));
                } else if (entry.isHardLink() || entry.isSymbolicLink()) {
                  links.put(entry.path(), target(entry));
                }
              });
          plain.drain();
          diffId = Optional.of(plain.digest());
        } catch (IOException | ModelcarException e) {
          if (e instanceof ModelcarException stopped && stopped.code() == CoreError.STOPPED) {
            throw e;
          }
          // What else is wrong with it, the digest tells, if the rest can be read.
          problems.add("the blob %s cannot be read: %s".formatted(blob.digest(), e.getMessage()));
        }
      }
      raw.drain();
    } catch (IOException | ModelcarException e) {
      if (e instanceof ModelcarException stopped && stopped.code() == CoreError.STOPPED) {
        throw stopped;
      }
      return unread(blob, files, links, problems, e);
    }
    if (raw.count() != blob.size()) {
      problems.add(
          "the blob %s has %d bytes instead of %d"
              .formatted(blob.digest(), raw.count(), blob.size()));
    } else if (blob.digest().algorithm() == Digest.Algorithm.SHA256
        && !raw.digest().equals(blob.digest())) {
      problems.addFirst("the blob %s has the digest %s".formatted(blob.digest(), raw.digest()));
    }
    return new LayerInspection(raw.count(), diffId, files, links, problems);
  }

  private static LayerInspection unread(
      Descriptor blob,
      List<File> files,
      Map<String, String> links,
      List<String> problems,
      Exception e) {
    if (problems.isEmpty()) {
      problems.add("the blob %s cannot be read: %s".formatted(blob.digest(), e.getMessage()));
    }
    return new LayerInspection(0, Optional.empty(), files, links, problems);
  }

  /** Symbolic links start at their own folder, hard ones at the root. */
  private static String target(TarStream.Entry entry) {
    String folder =
        entry.isHardLink() || entry.link().startsWith("/")
            ? ""
            : entry.path().substring(0, entry.path().lastIndexOf('/') + 1);
    Deque<String> parts = new ArrayDeque<>();
    for (String part : (folder + entry.link()).split("/", -1)) {
      if (part.equals("..")) {
        parts.pollLast();
      } else if (!part.isEmpty() && !part.equals(".")) {
        parts.addLast(part);
      }
    }
    return String.join("/", parts);
  }

  /** An uncompressed layer is hashed once for both digests. */
  private static Hashing unpacked(Hashing raw, Descriptor blob) throws IOException {
    InputStream plain = decompressed(raw, blob);
    return plain == raw ? raw : new Hashing(plain, blob.size());
  }

  /**
   * The bytes of a layer from a position after unpacking; what is passed over travels only where it
   * has to.
   */
  static InputStream open(ImageReader reader, Descriptor layer, long position) throws IOException {
    InputStream in = decompressed(new BlobStream(reader, layer), layer);
    in.skipNBytes(position);
    return in;
  }

  static InputStream decompressed(InputStream raw, Descriptor blob) throws IOException {
    if (blob.mediaType().endsWith("gzip")) {
      return new GZIPInputStream(raw, 64 << 10);
    }
    return blob.mediaType().endsWith("zstd") ? new ZstdInputStreamNoFinalizer(raw) : raw;
  }

  /**
   * The entries of a layer; of one that is not compressed, little more than their headers is read.
   *
   * @throws ModelcarException {@link OciError#IMAGE_INVALID} if it is no layer
   */
  public static List<TarStream.Entry> entries(ImageReader reader, Descriptor layer) {
    List<TarStream.Entry> entries = new ArrayList<>();
    try (BlobStream opened = new BlobStream(reader, layer)) {
      TarStream.read(decompressed(opened, layer), (entry, content) -> entries.add(entry));
      return entries;
    } catch (IOException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID,
          "the layer %s cannot be listed: %s".formatted(layer.digest(), e.getMessage()),
          e);
    }
  }

  private static File file(TarStream.Entry entry, InputStream content) throws IOException {
    Sha256 sha256 = Sha256.create(entry.size());
    Optional<MessageDigest> git =
        entry.size() <= MOST_IN_GIT ? Optional.of(gitBlob(entry.size())) : Optional.empty();
    byte[] buffer = new byte[256 << 10];
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      sha256.update(buffer, 0, n);
      if (git.isPresent()) {
        git.get().update(buffer, 0, n);
      }
    }
    return new File(
        entry.path(),
        entry.size(),
        sha256.digest(),
        git.map(sha1 -> HexFormat.of().formatHex(sha1.digest())).orElse(""));
  }

  private static MessageDigest gitBlob(long size) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      sha1.update(("blob " + size + "\0").getBytes(StandardCharsets.UTF_8));
      return sha1;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  /** Hashes what passes. */
  private static final class Hashing extends FilterInputStream {
    private final Sha256 hash;

    Hashing(InputStream in, long size) {
      super(in);
      this.hash = Sha256.create(size);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int count = in.read(buffer, offset, length);
      if (count > 0) {
        hash.update(buffer, offset, count);
      }
      return count;
    }

    @Override
    public long skip(long count) throws IOException {
      byte[] buffer = new byte[(int) Math.min(count, 64 << 10)];
      return Math.max(0, read(buffer, 0, buffer.length));
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    void drain() throws IOException {
      byte[] buffer = new byte[64 << 10];
      while (read(buffer, 0, buffer.length) >= 0) {
        // Until the end.
      }
    }

    long count() {
      return hash.count();
    }

    Digest digest() {
      return hash.digest();
    }
  }
}
