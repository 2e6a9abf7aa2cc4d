package dev.modelcar.oci.layout;

import dev.modelcar.core.CoreError;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.OciError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;

/** What a failing file system means. */
final class DiskErrors {
  private DiskErrors() {}

  static ModelcarException of(IOException e, String doing, Path path) {
    String reason = IoReason.of(e);
    String lower = reason.toLowerCase(Locale.ROOT);
    if (lower.contains("no space left") || lower.contains("disk quota exceeded")) {
      return new ModelcarException(
          CoreError.DISK_FULL, doing + " " + path + " failed: the disk is full", e);
    }
    if (e instanceof AccessDeniedException || lower.contains("read-only file system")) {
      return new ModelcarException(
          OciError.TARGET_NOT_WRITABLE, doing + " " + path + " failed: no write permission", e);
    }
    return new ModelcarException(
        CoreError.DISK_FAILED, doing + " " + path + " failed: " + reason, e);
  }

  static ModelcarException of(ReadOnlyFileSystemException e, String doing, Path path) {
    return new ModelcarException(
        OciError.TARGET_NOT_WRITABLE,
        doing + " " + path + " failed: the file system is read-only",
        e);
  }
}
