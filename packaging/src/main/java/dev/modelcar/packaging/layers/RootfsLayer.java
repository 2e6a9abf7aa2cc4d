package dev.modelcar.packaging.layers;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.core.Digest;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.oci.BlobContent;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A folder that becomes the root of an image: a layer with its files, folders and symbolic links.
 * Modes are reduced to whether a file can be run, so that the layer depends on nothing but content.
 * A folder with a static busybox is enough: the links by which its tools are called are added where
 * they are missing.
 */
public final class RootfsLayer {
  private static final List<String> BUSYBOX_TOOLS =
      List.of("cat", "echo", "ln", "ls", "mkdir", "sh", "sleep", "test", "[");

  private final LayerContent content;

  private RootfsLayer(LayerContent content) {
    this.content = content;
  }

  /**
   * Reads the names in a folder.
   *
   * @throws ModelcarException {@link PackagingError#BASE_INVALID} if it is none, or holds what
   *     cannot be in a layer
   */
  public static RootfsLayer of(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new ModelcarException(
          PackagingError.BASE_INVALID, "the root folder " + folder + " does not exist");
    }
    Map<String, Path> paths = new TreeMap<>();
    try {
      walk(folder, "", paths);
      List<LayerRecipe.Entry> entries = new ArrayList<>();
      List<ModelFile> files = new ArrayList<>();
      for (var path : paths.entrySet()) {
        add(path.getKey(), path.getValue(), entries, files);
      }
      addBusyboxLinks(paths.keySet(), entries);
      entries.sort(java.util.Comparator.comparing(entry -> entry.tar().path()));
      LayerRecipe recipe = new LayerRecipe(entries, Compression.NONE);
      return new RootfsLayer(
          new LayerContent(
              new PlannedLayer("root folder", PlannedLayer.Kind.SMALL_FILES, recipe, files)));
    } catch (IOException | IllegalArgumentException e) {
      throw new ModelcarException(
          PackagingError.BASE_INVALID,
          "the root folder " + folder + " cannot be used: " + e.getMessage(),
          e);
    }
  }

  private static void walk(Path folder, String prefix, Map<String, Path> paths) throws IOException {
    TreeSet<Path> entries = new TreeSet<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      stream.forEach(entries::add);
    }
    for (Path entry : entries) {
      String path = prefix + entry.getFileName();
      paths.put(path, entry);
      if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
        walk(entry, path + "/", paths);
      }
    }
  }

  private static void add(
      String path, Path file, List<LayerRecipe.Entry> entries, List<ModelFile> files)
      throws IOException {
    TarEntry entry;
    if (Files.isSymbolicLink(file)) {
      entry = TarEntry.symbolicLink(path, Files.readSymbolicLink(file).toString());
    } else if (Files.isDirectory(file)) {
      entry = TarEntry.directory(path, 0755);
    } else if (Files.isRegularFile(file)) {
      long size = Files.size(file);
      entry = TarEntry.file(path, isExecutable(file) ? 0755 : 0644, size);
      files.add(
          new ModelFile(
              path, size, Optional.empty(), Optional.empty(), offset -> open(file, offset)));
    } else {
      throw new IOException(path + " is neither a file, a folder nor a link");
    }
    entries.add(new LayerRecipe.Entry(entry, Optional.empty()));
  }

  private static boolean isExecutable(Path file) throws IOException {
    try {
      return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE);
    } catch (UnsupportedOperationException e) {
      return Files.isExecutable(file);
    }
  }

  private static void addBusyboxLinks(Set<String> paths, List<LayerRecipe.Entry> entries) {
    Optional<String> busybox =
        paths.stream().filter(path -> path.matches("(usr/)?bin/busybox")).findFirst();
    if (busybox.isEmpty()) {
      return;
    }
    String folder = busybox.get().substring(0, busybox.get().lastIndexOf('/') + 1);
    for (String tool : BUSYBOX_TOOLS) {
      if (!paths.contains(folder + tool)) {
        entries.add(
            new LayerRecipe.Entry(
                TarEntry.symbolicLink(folder + tool, "busybox"), Optional.empty()));
      }
    }
  }

  private static ChunkReader open(Path file, long offset) throws IOException {
    InputStream in = Files.newInputStream(file);
    in.skipNBytes(offset);
    byte[] buffer = new byte[256 << 10];
    return new ChunkReader() {
      @Override
      public ByteBuffer next() throws IOException {
        return ByteBuffer.wrap(buffer, 0, Math.max(0, in.read(buffer)));
      }

      @Override
      public void close() {
        try {
          in.close();
        } catch (IOException e) {
          // It was only read.
        }
      }
    };
  }

  public BlobContent content() {
    return content;
  }

  /** The same, to be compressed. */
  public LayerContent layer() {
    return content;
  }

  /** The digest of the layer; its files are read for it once. */
  public Digest digest() {
    try (BlobReader reader = content.open(0)) {
      while (reader.transferTo(OutputStream.nullOutputStream(), Long.MAX_VALUE) >= 0) {
        // Until all is hashed.
      }
    } catch (IOException e) {
      throw new ModelcarException(
          PackagingError.BASE_INVALID, "the root folder cannot be read: " + IoReason.of(e), e);
    }
    return content.digest().orElseThrow();
  }
}
