package dev.modelcar.testkit.model;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** The same weights as PyTorch saves them: a zip archive with a pickle and the raw values. */
final class PickleTwin {
  /** An empty ordered dictionary, in protocol 2: a class looked up by name, then called. */
  private static final byte[] PICKLE =
      "\u0080\u0002ccollections\nOrderedDict\nq\u0000)Rq\u0001."
          .getBytes(StandardCharsets.ISO_8859_1);

  private PickleTwin() {}

  static String path(int shard, int shards) {
    return shards == 1
        ? "pytorch_model.bin"
        : "pytorch_model-%05d-of-%05d.bin".formatted(shard, shards);
  }

  static GeneratedFile of(Shard shard, String path) {
    List<StoredZip.Entry> entries =
        List.of(
            new StoredZip.Entry("archive/data.pkl", Content.of(PICKLE)),
            new StoredZip.Entry("archive/byteorder", Content.of("little")),
            new StoredZip.Entry("archive/data/0", shard.data()),
            new StoredZip.Entry("archive/version", Content.of("3\n")));
    return new GeneratedFile(path, StoredZip.of(entries, shard.identity() + " pickle"));
  }
}
