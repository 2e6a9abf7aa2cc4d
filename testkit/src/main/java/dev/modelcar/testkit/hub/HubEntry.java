package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedFile;
import java.util.List;

/** A file in a commit, as the hub sees it. */
record HubEntry(GeneratedFile file) {
  /** What a new repository's {@code .gitattributes} hands over to LFS, whatever its size. */
  private static final List<String> ALWAYS_LARGE =
      List.of(
          ".safetensors",
          ".bin",
          ".gguf",
          ".onnx",
          ".pt",
          ".pth",
          ".ckpt",
          ".h5",
          ".msgpack",
          ".npz",
          ".pickle",
          ".pkl",
          ".zip",
          ".tar",
          ".gz");

  String path() {
    return file.path();
  }

  Content content() {
    return file.content();
  }

  boolean isLarge(long threshold) {
    return content().size() >= threshold || ALWAYS_LARGE.stream().anyMatch(path()::endsWith);
  }

  /** What git holds in place of a large file. */
  Content pointer() {
    return Content.of(
        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize %d\n"
            .formatted(content().sha256(), content().size()));
  }

  /** A name for the chunked form; any 64 hex digits serve. */
  String xetHash() {
    return Content.of("xet " + content().sha256()).sha256();
  }
}
