package dev.modelcar.packaging;

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
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

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
        .hasMessageContaining("runs code");
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
