package dev.modelcar.packaging.layers;

import dev.modelcar.core.ChunkReader;
import dev.modelcar.oci.BlobReader;
import dev.modelcar.oci.WrongContentException;
import dev.modelcar.oci.tar.TarEntry;
import dev.modelcar.oci.tar.TarLayout;
import dev.modelcar.oci.tar.TarLayout.Segment;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Frames the files of a layer as tar, from any position on, and shows the bytes to an observer. */
public final class LayerReader implements BlobReader {
  private final TarLayout layout;
  private final List<ModelFile> fileOfEntry;
  private final Observer observer;

  private long position;
  private int segment;
  private Optional<ChunkReader> file = Optional.empty();
  private ByteBuffer chunk = ByteBuffer.allocate(0);

  /** Sees bytes before they are passed on. */
  @FunctionalInterface
  interface Observer {
    void pass(long position, Segment segment, byte[] bytes, int offset, int length)
        throws IOException;
  }

  LayerReader(TarLayout layout, List<ModelFile> fileOfEntry, long position, Observer observer) {
    this.layout = layout;
    this.fileOfEntry = fileOfEntry;
    this.position = position;
    this.segment = layout.segmentAt(position);
    this.observer = observer;
  }

  /** The bytes of a layer, not hashed: whoever reads them checks the digest. */
  public static BlobReader open(PlannedLayer layer, long offset) {
    TarLayout layout = TarLayout.of(layer.recipe().tarEntries());
    return new LayerReader(
        layout, filesOf(layout, layer), offset, (position, segment, bytes, from, length) -> {});
  }

  /** For each entry its file; entries without a file have any. */
  static List<ModelFile> filesOf(TarLayout layout, PlannedLayer layer) {
    List<ModelFile> files = new ArrayList<>();
    if (layer.files().isEmpty()) {
      // Folders and links alone have no content to ask for.
      return files;
    }
    int next = 0;
    for (TarEntry entry : layout.entries()) {
      files.add(layer.files().get(Math.min(next, Math.max(0, layer.files().size() - 1))));
      next += entry.kind() == TarEntry.Kind.FILE ? 1 : 0;
    }
    return files;
  }

  /** Behind the last byte that was passed on. */
  long position() {
    return position;
  }

  @Override
  public long transferTo(OutputStream out, long limit) throws IOException {
    if (segment == layout.segments().size()) {
      return -1;
    }
    Segment current = layout.segments().get(segment);
    int count =
        switch (current) {
          case Segment.Bytes bytes -> transferBytes(bytes, out, limit);
          case Segment.Content content -> transferContent(content, out, limit);
        };
    position += count;
    if (position == current.end()) {
      closeFile();
      segment++;
    }
    return count;
  }

  private int transferBytes(Segment.Bytes bytes, OutputStream out, long limit) throws IOException {
    int from = (int) (position - bytes.offset());
    int count = (int) Math.min(limit, bytes.length() - from);
    observer.pass(position, bytes, bytes.bytes(), from, count);
    out.write(bytes.bytes(), from, count);
    return count;
  }

  private int transferContent(Segment.Content content, OutputStream out, long limit)
      throws IOException {
    if (!chunk.hasRemaining()) {
      chunk = nextChunk(content);
    }
    int count = (int) Math.min(limit, chunk.remaining());
    int from = chunk.arrayOffset() + chunk.position();
    observer.pass(position, content, chunk.array(), from, count);
    out.write(chunk.array(), from, count);
    chunk.position(chunk.position() + count);
    return count;
  }

  private ByteBuffer nextChunk(Segment.Content content) throws IOException {
    ModelFile model = fileOfEntry.get(content.entry());
    if (file.isEmpty()) {
      file = Optional.of(model.open(position - content.offset()));
    }
    ByteBuffer next = file.get().next();
    if (!next.hasRemaining()) {
      throw new WrongContentException(model.path() + " ended early");
    }
    if (next.remaining() > content.end() - position) {
      next.limit(next.position() + (int) (content.end() - position));
    }
    return next;
  }

  private void closeFile() {
    file.ifPresent(ChunkReader::close);
    file = Optional.empty();
    chunk = ByteBuffer.allocate(0);
  }

  @Override
  public void close() {
    closeFile();
  }
}
