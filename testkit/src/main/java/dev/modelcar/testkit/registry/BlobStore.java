package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** All blobs of a registry, by digest. */
final class BlobStore {
  private static final long LARGEST_READABLE = 4 << 20;

  private final Storage storage;
  private final Map<String, StoredBlob> blobs = new ConcurrentHashMap<>();

  BlobStore(Storage storage) {
    this.storage = storage;
  }

  BlobUpload begin() throws IOException {
    return switch (storage) {
      case Storage.Memory() -> new MemoryUpload(Long.MAX_VALUE);
      case Storage.Discarding() -> new MemoryUpload(LARGEST_READABLE);
      case Storage.Folder(var folder) -> new FileUpload(folder);
    };
  }

  Optional<StoredBlob> find(String digest) {
    return Optional.ofNullable(blobs.get(digest));
  }

  void forget(String digest) {
    blobs.remove(digest);
  }

  void put(StoredBlob blob) {
    blobs.put(blob.digest(), blob);
  }

  /** Makes a blob of an upload; nothing if its bytes have another digest. */
  Optional<StoredBlob> commit(BlobUpload upload, String digest) throws IOException {
    boolean right =
        digest.startsWith("sha512:")
            ? upload.content().map(content -> sha512(content).equals(digest)).orElse(false)
            : upload.digest().equals(digest);
    if (!right) {
      return Optional.empty();
    }
    StoredBlob blob = new StoredBlob(digest, upload.size(), upload.keep(digest));
    put(blob);
    return Optional.of(blob);
  }

  private static String sha512(Content content) {
    MessageDigest digest = BlobUpload.newDigest("SHA-512");
    try {
      OutputStream nowhere = OutputStream.nullOutputStream();
      content.writeTo(new DigestOutputStream(nowhere, digest), 0, content.size());
    } catch (IOException e) {
      return "unreadable";
    }
    return "sha512:" + HexFormat.of().formatHex(digest.digest());
  }
}
