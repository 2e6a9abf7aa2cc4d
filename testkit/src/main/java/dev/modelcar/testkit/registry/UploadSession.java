package dev.modelcar.testkit.registry;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** An upload that goes on. */
final class UploadSession {
  private final String id = UUID.randomUUID().toString();
  private final String repository;
  private final BlobUpload upload;
  private final AtomicLong received = new AtomicLong();
  private volatile long firstPatchBytes;
  private volatile long lastPatchBytes;

  UploadSession(String repository, BlobUpload upload) {
    this.repository = repository;
    this.upload = upload;
  }

  String id() {
    return id;
  }

  String repository() {
    return repository;
  }

  BlobUpload upload() {
    return upload;
  }

  /** All bytes that came for this upload, those that were lost again too. */
  AtomicLong received() {
    return received;
  }

  void patched(long bytes) {
    if (firstPatchBytes == 0) {
      firstPatchBytes = bytes;
    }
    lastPatchBytes = bytes;
  }

  long firstPatchBytes() {
    return firstPatchBytes;
  }

  long lastPatchBytes() {
    return lastPatchBytes;
  }

  /** The token that makes a place good for the present offset only. */
  String state() {
    String text = id + "/" + upload.size();
    return Base64.getUrlEncoder().encodeToString(text.getBytes(StandardCharsets.US_ASCII));
  }

  boolean isCurrent(Optional<String> state) {
    return state.map(state()::equals).orElse(false);
  }
}
