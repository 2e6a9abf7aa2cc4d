package dev.modelcar.packaging.layers;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.FileIdentity;
import dev.modelcar.source.ModelFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Everything that determines the bytes of a layer. Two layers of one recipe are the same bytes, so
 * a layer whose recipe is known need not be read to know its digest.
 *
 * @param entries in the order of the layer
 * @param compression how the layer is compressed
 */
public record LayerRecipe(List<Entry> entries, Compression compression) {

  /**
   * One entry.
   *
   * @param tar path, mode and size
   * @param content the digest of a file's content, where it is known; empty for folders
   */
  public record Entry(TarEntry tar, Optional<ContentDigest> content) {}

  public LayerRecipe {
    entries = List.copyOf(entries);
  }

  /** The tar entries alone. */
  public List<TarEntry> tarEntries() {
    return entries.stream().map(Entry::tar).toList();
  }

  /** The digest of the recipe itself; nothing while the content of a file is not known. */
  public Optional<Digest> digest() {
    return digest(_ -> Optional.empty());
  }

  /**
   * What tells the layer from others across runs on this machine: the digest of the recipe, or,
   * where contents are not known, one that has the identities of the files in their place.
   *
   * @param files in the order of the file entries
   */
  public Optional<Digest> identity(List<ModelFile> files) {
    return digest(index -> files.get(index).identity().map(FileIdentity::toString));
  }

  private Optional<Digest> digest(IntFunction<Optional<String>> standIn) {
    int file = 0;
    StringBuilder text = new StringBuilder();
    text.append("modelcar layer, format ").append(TarLayout.FORMAT).append('\n');
    text.append("compression ").append(compression.id()).append('\n');
    for (Entry entry : entries) {
      TarEntry tar = entry.tar();
      String content = "-";
      if (tar.kind() == TarEntry.Kind.FILE) {
        int index = file++;
        Optional<String> known =
            entry.content().map(ContentDigest::toString).or(() -> standIn.apply(index));
        if (known.isEmpty()) {
          return Optional.empty();
        }
        content = known.get();
      }
      text.append(tar.kind()).append(' ').append(Integer.toOctalString(tar.mode())).append(' ');
      text.append(tar.size()).append(' ').append(content).append(' ').append(tar.path());
      if (tar.kind() == TarEntry.Kind.SYMBOLIC_LINK) {
        text.append(" -> ").append(tar.linkTarget());
      }
      text.append('\n');
    }
    return Optional.of(Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
