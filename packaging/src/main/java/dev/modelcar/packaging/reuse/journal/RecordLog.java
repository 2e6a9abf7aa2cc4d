package dev.modelcar.packaging.reuse.journal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file to which one process at a time adds lines. It holds the file's lock for as long as it is
 * open, and the system takes the lock from a process that dies: a lock is never stale. Whoever
 * finds it taken does without.
 */
final class RecordLog implements AutoCloseable {
  static final int VERSION = 1;

  private final StateFolder folder;
  private final Path file;
  private final FileChannel channel;
  private final List<JsonNode> found;
  private Optional<JsonNode> last;

  private RecordLog(StateFolder folder, Path file, FileChannel channel, List<JsonNode> found) {
    this.folder = folder;
    this.file = file;
    this.channel = channel;
    this.found = found;
    this.last = found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
  }

  /**
   * Opens a log.
   *
   * @param about what it is for, as its first line says; another log under this name is begun anew
   * @return nothing if another process has it, or it cannot be written
   */
  static Optional<RecordLog> open(StateFolder folder, Path file, String about) {
    Optional<FileChannel> opened = folder.open(file);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    FileChannel channel = opened.get();
    try {
      if (!lock(channel)) {
        channel.close();
        return Optional.empty();
      }
      Lines.Content content = Lines.parse(read(channel));
      if (content.damaged()) {
        // The file that is set aside keeps its lock; the new one gets its own.
        folder.setAside(file);
        channel.close();
        return open(folder, file, about);
      }
      boolean ours =
          !content.documents().isEmpty() && isHeader(content.documents().getFirst(), about);
      RecordLog log =
          new RecordLog(
              folder,
              file,
              channel,
              ours ? content.documents().subList(1, content.documents().size()) : List.of());
      channel.truncate(ours ? content.bytes() : 0);
      channel.position(ours ? content.bytes() : 0);
      if (!ours) {
        ObjectNode header = Json.object();
        header.put("version", VERSION);
        header.put("about", about);
        log.append(header);
        log.last = Optional.empty();
      }
      return Optional.of(log);
    } catch (IOException e) {
      folder.failed(e);
      return Optional.empty();
    }
  }

  private static boolean lock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  private static byte[] read(FileChannel channel) throws IOException {
    long size = Math.min(channel.size(), 64 << 20);
    ByteBuffer bytes = ByteBuffer.allocate((int) size);
    while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
      // until all is there
    }
    return java.util.Arrays.copyOf(bytes.array(), bytes.position());
  }

  private static boolean isHeader(JsonNode document, String about) {
    return document.path("version").asInt() == VERSION
        && document.path("about").asText().equals(about);
  }

  /** What earlier runs wrote, the first first. */
  List<JsonNode> found() {
    return found;
  }

  /** The last line, of this run or an earlier one. */
  synchronized Optional<JsonNode> last() {
    return last;
  }

  synchronized void append(JsonNode document) {
    if (!channel.isOpen()) {
      return;
    }
    last = Optional.of(document);
    try {
      ByteBuffer line = ByteBuffer.wrap(Lines.line(document));
      while (line.hasRemaining()) {
        channel.write(line);
      }
    } catch (IOException e) {
      folder.failed(e);
    }
  }

  /** Removes the log: it has nothing to say any more. */
  synchronized void remove() {
    if (channel.isOpen()) {
      folder.delete(file);
      close();
    }
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      folder.failed(e);
    }
  }
}
