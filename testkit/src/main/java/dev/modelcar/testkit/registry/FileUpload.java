package dev.modelcar.testkit.registry;

import dev.modelcar.testkit.model.Content;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** An upload into a file. */
final class FileUpload extends BlobUpload {
  private final Path folder;
  private final Path draft;
  private final FileChannel channel;

  FileUpload(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder);
    this.draft = Files.createTempFile(folder, "upload", ".part");
    this.channel = FileChannel.open(draft, StandardOpenOption.WRITE);
  }

  @Override
  void append(byte[] source, int offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(source, offset, length);
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  @Override
  void truncate(long newSize) throws IOException {
    channel.truncate(newSize);
    channel.position(newSize);
  }

  @Override
  Optional<Content> content() throws IOException {
    return Optional.of(Content.ofFile(draft));
  }

  @Override
  Optional<Content> keep(String digest) throws IOException {
    channel.close();
    Path file = folder.resolve(digest.replace(':', '-'));
    Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    return Optional.of(Content.ofFile(file));
  }

  @Override
  void abandon() {
    try {
      channel.close();
      Files.deleteIfExists(draft);
    } catch (IOException e) {
      // What is left is a file in a folder of the test's own.
    }
  }
}
