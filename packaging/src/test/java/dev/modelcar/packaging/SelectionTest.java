package dev.modelcar.packaging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.folder.FolderSource;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are packed, and by what proof others are not. */
final class SelectionTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(21, 2, 256 << 10);
  private static final SelectionPolicy SERVING = SelectionPolicy.serving();

  @TempDir Path folder;

  private Selection select(GeneratedModel model, SelectionPolicy policy) throws IOException {
    model.writeTo(folder);
    try (Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(folder))) {
      return policy.select(snapshot);
    }
  }

  private static List<String> kept(Selection selection) {
    return selection.files().stream().map(ModelFile::path).toList();
  }

  private static List<String> dropped(Selection selection) {
    return selection.dropped().stream().map(d -> d.file().path()).toList();
  }

  private static Content sized(Content content, int bytes) {
    return Content.of(Arrays.copyOf(content.bytes(), bytes));
  }

  @Test
  void everythingThatServingNeedsIsPackedOnce() throws IOException {
    Selection selection = select(MODEL, SERVING);
    assertThat(selection.dropped()).isEmpty();
    assertThat(kept(selection)).hasSize(MODEL.files().size()).isSorted();
    assertThat(selection.size()).isEqualTo(MODEL.totalBytes());
  }

  static List<GeneratedModel> modelsWithAndWithoutChoice() {
    return List.of(
        MODEL,
        MODEL.withConsolidated(),
        MODEL.withPickleTwin(),
        MODEL.withOnnx(),
        MODEL.withGguf());
  }

  @ParameterizedTest
  @MethodSource("modelsWithAndWithoutChoice")
  void whoTrustsAnotherWithTheWeightsChoosesTheSame(GeneratedModel model) throws IOException {
    Selection own = select(model, SERVING);
    try (Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(folder))) {
      Selection trusting = SERVING.withWeightsProven().select(snapshot);
      assertThat(kept(trusting)).isEqualTo(kept(own));
      assertThat(dropped(trusting)).isEqualTo(dropped(own));
      assertThat(trusting.notes()).isEqualTo(own.notes());
    }
  }

  @Test
  void aHeaderIsNotLookedAtOnlyWhereAnotherDoes() throws IOException {
    String shard = "model-00001-of-00002.safetensors";
    GeneratedModel broken = MODEL.withFile(shard, Content.of(new byte[4096]));
    assertThat(kept(select(broken, SERVING.withWeightsProven()))).contains(shard);
    assertThatThrownBy(() -> select(broken, SERVING)).hasMessageContaining(shard);
    assertThatThrownBy(() -> select(broken.withConsolidated(), SERVING.withWeightsProven()))
        .as("what is kept depends on it")
        .hasMessageContaining(shard);
  }

  @Test
  void consolidatedWeightsBesideShardsAreDuplicates() throws IOException {
    Selection selection = select(MODEL.withConsolidated(), SERVING);
    assertThat(selection.dropped())
        .extracting(d -> d.file().path(), Selection.Dropped::reason)
        .containsExactly(tuple("consolidated.safetensors", Selection.Reason.DUPLICATE));
    assertThat(selection.dropped().getFirst().evidence())
        .startsWith("the same ")
        .contains("tensors as model.safetensors.index.json");
    assertThat(selection.bytesSaved())
        .isEqualTo(MODEL.withConsolidated().file("consolidated.safetensors").size());
  }

  @Test
  void consolidatedWeightsOfAnotherModelAreNone() throws IOException {
    Content other = GeneratedModel.llama(22, 1, 96 << 10).file("model.safetensors").content();
    Selection selection = select(MODEL.withFile("consolidated.safetensors", other), SERVING);
    assertThat(selection.dropped()).isEmpty();
    assertThat(kept(selection)).contains("consolidated.safetensors");
  }

  /** Two models may have the same tensors; without a name that says so they are not one. */
  @Test
  void equalTensorsUnderAnUnsuspiciousNameAreNoDuplicates() throws IOException {
    GeneratedModel one = GeneratedModel.llama(23, 1, 256 << 10);
    Content weights = GeneratedModel.llama(24, 1, 256 << 10).file("model.safetensors").content();
    Selection selection = select(one.withFile("draft.safetensors", weights), SERVING);
    assertThat(selection.dropped()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3"})
  void pickledTwinsAreUnsafeDuplicates(int shards) throws IOException {
    GeneratedModel model = GeneratedModel.llama(25, shards, 256 << 10).withPickleTwin();
    Selection selection = select(model, SERVING);
    assertThat(dropped(selection)).hasSize(shards == 1 ? 1 : shards + 1);
    assertThat(dropped(selection)).allMatch(path -> path.startsWith("pytorch_model"));
    assertThat(selection.dropped())
        .filteredOn(d -> d.file().path().endsWith(".bin"))
        .allMatch(d -> d.reason() == Selection.Reason.UNSAFE);
    assertThat(kept(selection)).noneMatch(path -> path.contains("pytorch"));
  }

  @Test
  void otherFormatsAreDuplicatesIfTheirSizeFits() throws IOException {
    GeneratedModel tiny = MODEL.withGguf().withOnnx();
    assertThat(dropped(select(tiny, SERVING))).as("too small to be these weights").isEmpty();

    int parameters = 2 * (256 << 10) / 2;
    GeneratedModel large =
        MODEL
            .withFile("model.gguf", sized(tiny.file("model.gguf").content(), parameters))
            .withFile("onnx/model.onnx", sized(tiny.file("onnx/model.onnx").content(), parameters));
    Selection selection = select(large, SERVING);
    assertThat(dropped(selection)).containsExactly("model.gguf", "onnx/model.onnx");
    assertThat(selection.dropped().getFirst().evidence()).contains("parameters of model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"metal/model.bin", "coreml/model.mlpackage/weight.bin", "mlx/a.npz"})
  void whatIsForAnotherRuntimeIsLeftOutBesideSafetensors(String name) throws IOException {
    GeneratedModel model = MODEL.withFile(name, Content.of("for another runtime"));
    assertThat(dropped(select(model, SERVING))).contains(name);
    assertThat(kept(select(model, SERVING.keepingDuplicates(true)))).contains(name);
  }

  @Test
  void whoWantsDuplicatesGetsThem() throws IOException {
    GeneratedModel model = MODEL.withConsolidated().withPickleTwin();
    Selection selection = select(model, SERVING.keepingDuplicates(true).allowingPickle(true));
    assertThat(selection.dropped()).isEmpty();
    assertThat(kept(selection)).hasSize(model.files().size());
    assertThatThrownBy(() -> select(model, SERVING.keepingDuplicates(true)))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.SELECTION_PICKLE_REFUSED));
  }

  @ParameterizedTest
  @CsvSource({"model.pkl", "weights.pt", "classifier.joblib", "sub/last.ckpt", "pytorch_model.bin"})
  void picklesWithoutASafeTwinAreRefused(String name) throws IOException {
    Content pickle = Content.of(new byte[] {(byte) 0x80, 4, 'K', 1, '.'});
    GeneratedModel model = MODEL.withFile(name, pickle);
    assertThatThrownBy(() -> select(model, SERVING))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.SELECTION_PICKLE_REFUSED))
        .hasMessageContaining(name)
        .hasMessageContaining("executes code");
    assertThat(kept(select(model, SERVING.allowingPickle(true)))).contains(name);
    assertThat(kept(select(model, SERVING.withPatterns(List.of(), List.of(name)))))
        .doesNotContain(name);
  }

  @Test
  void aBinThatIsNoPickleIsPacked() throws IOException {
    Selection selection = select(MODEL.withFile("vocab.bin", Content.of("plain")), SERVING);
    assertThat(kept(selection)).contains("vocab.bin");
  }

  @Test
  void whatTrainingLeavesIsNotServed() throws IOException {
    GeneratedModel model =
        MODEL
            .withFile("optimizer.pt", Content.of("state"))
            .withFile("checkpoint-500/model.safetensors", Content.of("weights"))
            .withFile("runs/events.json", Content.of("{}"))
            .withFile("trainer_state.json", Content.of("{}"))
            .withFile("picture.png", Content.of("png"));
    assertThat(kept(select(model, SERVING))).hasSize(MODEL.files().size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "model.pmml",
        "tokenizer.model.v3",
        "bpe.codes",
        "tokenizer",
        "ner/model",
        "onnx/graph.weights",
        "vendor.engine",
        "voices/en.wav"
      })
  void whatNobodyKnowsIsPacked(String name) throws IOException {
    assertThat(kept(select(MODEL.withFile(name, Content.of("anything")), SERVING))).contains(name);
  }

  @ParameterizedTest
  @CsvSource({
    "optimizer.pt, left by training",
    "picture.png, a picture",
    "docs/usage.md, documentation",
    ".gitattributes, version control",
    "weights.safetensors.tmp, temporary"
  })
  void eachFileThatIsLeftOutIsNamedWithItsReason(String name, String reason) throws IOException {
    Selection selection = select(MODEL.withFile(name, Content.of("x")), SERVING);
    assertThat(selection.dropped())
        .singleElement()
        .satisfies(dropped -> {
          assertThat(dropped.file().path()).isEqualTo(name);
          assertThat(dropped.reason()).isEqualTo(Selection.Reason.UNNEEDED);
          assertThat(dropped.evidence()).contains(reason);
        });
    assertThat(selection.bytesSaved()).isZero();
  }

  @Test
  void whatTheUserLeavesOutIsNamedToo() throws IOException {
    Selection excluded = select(MODEL, SERVING.withPatterns(List.of(), List.of("LICENSE")));
    assertThat(excluded.dropped())
        .singleElement()
        .satisfies(d -> assertThat(d.reason()).isEqualTo(Selection.Reason.EXCLUDED));
    Selection included = select(MODEL, SERVING.withPatterns(List.of("model*"), List.of()));
    assertThat(included.dropped())
        .isNotEmpty()
        .allSatisfy(d -> assertThat(d.reason()).isEqualTo(Selection.Reason.NOT_INCLUDED));
    assertThat(included.files().size() + included.dropped().size()).isEqualTo(MODEL.files().size());
  }

  @Test
  void aPickleWithoutAnEndingIsRefusedAsWell() {
    Content pickle = Content.of(new byte[] {(byte) 0x80, 4, 'K', 1, '.'});
    assertThatThrownBy(() -> select(MODEL.withFile("weights.dat", pickle), SERVING))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.SELECTION_PICKLE_REFUSED));
  }

  // ---- companions ----

  private static byte[] bytesOf(Content content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.writeTo(out, 0, content.size());
    return out.toByteArray();
  }

  private void isMissing(GeneratedModel model, SelectionPolicy policy, String missing, String by) {
    assertThatThrownBy(() -> select(model, policy))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(PackagingError.WEIGHTS_SHARD_MISSING))
        .hasMessageContaining(missing)
        .hasMessageContaining(by);
  }

  @ParameterizedTest
  @CsvSource({
    "q4-00001-of-00003.gguf, q4-00002-of-00003.gguf, q4-00003-of-00003.gguf",
    "net-1-of-2.data, net-2-of-2.data, ''",
    "sub/part.00001-of-00002.xyz, sub/part.00002-of-00002.xyz, ''",
    "variables.data-00000-of-00002, variables.data-00001-of-00002, ''"
  })
  void noPartOfASeriesIsMissing(String present, String missing, String alsoPresent)
      throws IOException {
    byte[] gguf = bytesOf(GeneratedModel.llama(1, 1, 4096).withGguf().file("model.gguf").content());
    GeneratedModel model = MODEL.withFile(present, Content.of(gguf));
    if (!alsoPresent.isEmpty()) {
      model = model.withFile(alsoPresent, Content.of(gguf));
    }
    isMissing(model, SERVING, missing, present);
    assertThat(kept(select(model.withFile(missing, Content.of(gguf)), SERVING))).contains(missing);
  }

  @Test
  void aCheckpointOfTensorFlowNeedsItsData() throws IOException {
    GeneratedModel model = MODEL.withFile("ckpt/variables.index", Content.of("index"));
    isMissing(model, SERVING, "ckpt/variables.data-00000-of-00001", "ckpt/variables.index");
    GeneratedModel whole = model.withFile("ckpt/variables.data-00000-of-00001", Content.of("data"));
    assertThat(kept(select(whole, SERVING))).contains("ckpt/variables.index");
  }

  @Test
  void aGraphNeedsTheDataThatItNames() throws IOException {
    byte[] graph = "\b\07x\n\blocation\022\nweights.01yz".getBytes(ISO_8859_1);
    GeneratedModel model = MODEL.withFile("graphs/a.onnx", Content.of(graph));
    isMissing(model, SERVING, "graphs/weights.01", "graphs/a.onnx");
    GeneratedModel whole = model.withFile("graphs/weights.01", Content.of("tensors"));
    assertThat(kept(select(whole, SERVING))).contains("graphs/weights.01");
    isMissing(
        whole,
        SERVING.withPatterns(List.of(), List.of("*.01")),
        "graphs/weights.01 is left out",
        "graphs/a.onnx");
  }

  @Test
  void anIndexOfAnyKindNeedsItsParts() throws IOException {
    String index = "{\"weight_map\":{\"a\":\"flax_model-1.msgpack\"}}";
    GeneratedModel model = MODEL.withFile("flax_model.msgpack.index.json", Content.of(index));
    isMissing(model, SERVING, "flax_model-1.msgpack", "flax_model.msgpack.index.json");
  }

  @Test
  void aTokenizerIsMissedOnlyIfItWasLeftOut() throws IOException {
    String config = "{\"tokenizer_file\":\"tokenizer.json\",\"vocab_file\":\"/home/a/vocab.json\"}";
    GeneratedModel model = MODEL.withFile("tokenizer_config.json", Content.of(config));
    assertThat(kept(select(model, SERVING))).contains("tokenizer.json");
    isMissing(
        model,
        SERVING.withPatterns(List.of(), List.of("tokenizer.json")),
        "tokenizer.json is left out",
        "tokenizer_config.json");
    assertThat(kept(select(model.withoutFile("tokenizer.json"), SERVING)))
        .contains("tokenizer_config.json");
  }

  @ParameterizedTest
  @CsvSource({
    "*.json, '', 6",
    "*, *.safetensors, 9",
    "model-0000[12]-*, '', 2",
    "model-0000[!1]-*, '', 1",
    "tokenizer?json, '', 1",
    "*, '*', 0"
  })
  void patternsAreThoseOfTheHub(String include, String exclude, int files) throws IOException {
    List<String> without = exclude.isEmpty() ? List.of() : List.of(exclude.split(" "));
    SelectionPolicy policy =
        SERVING.withPatterns(List.of(include), without).keepingDuplicates(true);
    if (files == 0) {
      assertThatThrownBy(() -> select(MODEL, policy))
          .isInstanceOfSatisfying(
              ModelcarException.class,
              e -> assertThat(e.code()).isEqualTo(PackagingError.SELECTION_EMPTY));
      return;
    }
    MODEL.writeTo(folder);
    try (Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(folder))) {
      assertThat(policy.selectFiles(snapshot).files()).hasSize(files);
    }
  }
}
