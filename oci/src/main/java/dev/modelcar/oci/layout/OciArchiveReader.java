package dev.modelcar.oci.layout;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.ImageReference;
import dev.modelcar.oci.OciError;
import dev.modelcar.oci.RawManifest;
import dev.modelcar.oci.tar.TarIndex;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads images from a tar archive without unpacking it. */
public final class OciArchiveReader extends LayoutReader {
  private final ImageReference.Archive location;
  private final Path file;
  private final Map<String, TarIndex.Stretch> stretches;

  /** Opens an archive and reads its table of contents. */
  public OciArchiveReader(ImageReference.Archive location) {
    this.location = new ImageReference.Archive(location.file(), Optional.empty());
    this.file = location.file();
    this.stretches = index(file);
    if (!stretches.containsKey(IndexFile.LAYOUT) || !stretches.containsKey(IndexFile.NAME)) {
      throw new ModelcarException(OciError.IMAGE_INVALID, file + " is not an OCI archive");
    }
  }

  private static Map<String, TarIndex.Stretch> index(Path file) {
    if (Files.isDirectory(file)) {
      throw new ModelcarException(OciError.IMAGE_INVALID, file + " is a folder, not an archive");
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return TarIndex.read(channel);
    } catch (TarIndex.InvalidTarException e) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, file + " is not a tar archive: " + e.getMessage(), e);
    } catch (NoSuchFileException e) {
      throw new ModelcarException(
          OciError.IMAGE_NOT_FOUND, "the archive " + file + " does not exist", e);
    } catch (IOException e) {
      throw DiskErrors.of(e, "reading", file);
    }
  }

  /** Whether a file is an archive with images, be they whole or not. */
  static boolean isArchive(Path file) {
    try {
      return index(file).containsKey(IndexFile.LAYOUT);
    } catch (ModelcarException e) {
      return false;
    }
  }

  @Override
  public ImageReference.Archive location() {
    return location;
  }

  @Override
  IndexFile index() {
    return IndexFile.parse(small(IndexFile.NAME), "the archive " + file);
  }

  private static String name(Digest digest) {
    return "blobs/" + digest.algorithm().id() + "/" + digest.hex();
  }

  private byte[] small(String name) {
    TarIndex.Stretch stretch = stretches.get(name);
    if (stretch == null) {
      throw new ModelcarException(OciError.IMAGE_INVALID, "the archive " + file + " lacks " + name);
    }
    if (stretch.size() > RawManifest.MAX_BYTES) {
      throw new ModelcarException(
          OciError.IMAGE_INVALID, name + " in " + file + " is too large for a document");
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (BlobReader reader = new FileBlobReader(file, 0, stretch.offset(), stretch.size())) {
      while (reader.transferTo(out, Long.MAX_VALUE) >= 0) {
        // Until all is read.
      }
    } catch (IOException e) {
      throw DiskErrors.of(e, "reading", file);
    }
    return out.toByteArray();
  }

  @Override
  byte[] document(Digest digest) {
    byte[] bytes = small(name(digest));
    if (!Sha256.of(bytes).equals(digest)) {
      throw new ModelcarException(
          CoreError.VERIFICATION_FAILED,
          "the content of " + digest + " in " + file + " does not match its digest");
    }
    return bytes;
  }

  @Override
  public OptionalLong blobSize(Digest digest) {
    TarIndex.Stretch stretch = stretches.get(name(digest));
    return stretch == null ? OptionalLong.empty() : OptionalLong.of(stretch.size());
  }

  @Override
  public BlobReader openBlob(Descriptor blob, long offset) throws IOException {
    TarIndex.Stretch stretch = stretches.get(name(blob.digest()));
    if (stretch == null || stretch.size() != blob.size()) {
      throw new ModelcarException(
          OciError.IMAGE_NOT_FOUND, "the archive " + file + " lacks the blob " + blob.digest());
    }
    return new FileBlobReader(file, offset, stretch.offset(), stretch.size());
  }

  @Override
  public void close() {}
}
