package dev.modelcar.oci.layout;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Refuses what cannot fit before it begins. */
final class FreeSpace {
  private FreeSpace() {}

  static void check(Path folder, List<BlobContent> blobs) {
    long needed = blobs.stream().mapToLong(blob -> blob.size().orElse(0)).sum();
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      return; // the write itself will tell
    }
    if (free < needed) {
      throw new ModelcarException(
          CoreError.DISK_FULL,
          "not enough disk space: %s needed in %s, %s available"
              .formatted(ByteSize.format(needed), folder, ByteSize.format(free)));
    }
  }
}
