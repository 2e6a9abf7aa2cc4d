package dev.modelcar.packaging;

import dev.modelcar.core.Digest;
import dev.modelcar.core.Sha256;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import dev.modelcar.source.ContentDigest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

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
    StringBuilder text = new StringBuilder();
    text.append("modelcar layer, format ").append(TarLayout.FORMAT).append('\n');
    text.append("compression ").append(compression.id()).append('\n');
    for (Entry entry : entries) {
      TarEntry tar = entry.tar();
      if (tar.kind() == TarEntry.Kind.FILE && entry.content().isEmpty()) {
        return Optional.empty();
      }
      String content = entry.content().map(ContentDigest::toString).orElse("-");
      text.append(tar.kind()).append(' ').append(Integer.toOctalString(tar.mode())).append(' ');
      text.append(tar.size()).append(' ').append(content).append(' ').append(tar.path());
      text.append('\n');
    }
    return Optional.of(Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
