package dev.modelcar.packaging.verify;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.Digest;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.image.LayerInspection;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.SourceError;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares the files of an image with those of its source. */
final class SourceComparison {
  private static final String ROOT = "models/";

  private SourceComparison() {}

  /** What differs, in sentences. */
  static List<String> compare(Selection selection, Map<String, LayerInspection.File> inImage) {
    Map<String, LayerInspection.File> left = new TreeMap<>();
    inImage.forEach((path, file) -> {
      if (path.startsWith(ROOT)) {
        left.put(path.substring(ROOT.length()), file);
      }
    });
    List<String> problems = new ArrayList<>();
    for (ModelFile file : selection.files()) {
      LayerInspection.File packed = left.remove(file.path());
      if (packed == null) {
        problems.add("%s is in the source but not in the image".formatted(file.path()));
      } else if (packed.size() != file.size()) {
        problems.add(
            "%s has %d bytes in the image, but %d in the source"
                .formatted(file.path(), packed.size(), file.size()));
      } else if (!isSame(file, packed)) {
        problems.add("%s differs between the image and the source".formatted(file.path()));
      }
    }
    left.keySet().forEach(path -> problems.add(path + " is in the image but not in the source"));
    return problems;
  }

  private static boolean isSame(ModelFile file, LayerInspection.File packed) {
    return switch (file.content().orElse(null)) {
      case ContentDigest.Sha256 sha -> sha.digest().equals(packed.sha256());
      case ContentDigest.GitBlob git -> git.sha1().equals(packed.gitBlob());
      case null -> read(file).equals(packed.sha256());
    };
  }

  private static Digest read(ModelFile file) {
    Sha256 hash = Sha256.create(file.size());
    try (ChunkReader reader = file.open(0)) {
      for (ByteBuffer chunk = reader.next(); chunk.hasRemaining(); chunk = reader.next()) {
        hash.update(chunk.array(), chunk.arrayOffset() + chunk.position(), chunk.remaining());
      }
    } catch (IOException e) {
      throw new ModelcarException(
          SourceError.SOURCE_UNREADABLE, file.path() + " cannot be read: " + IoReason.of(e), e);
    }
    return hash.digest();
  }
}
