package dev.modelcar.packaging;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.plan.Bases;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.selection.SelectionPolicy;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.folder.FolderSource;
import dev.modelcar.testkit.hub.FakeHub;
import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A part of a model does not pass for the whole, and files do not go without what they need. */
final class PartialModelTest {
  private static final GeneratedModel MODEL = GeneratedModel.llama(71, 2, 64 << 10);
  private static final String COMMIT = "89abcdef0123456789abcdef0123456789abcdef";
  private static final String SHARD = "model-00002-of-00002.safetensors";
  private static final SelectionPolicy SERVING = SelectionPolicy.serving();

  @TempDir Path temporary;

  private static Selection select(Path folder, SelectionPolicy policy) {
    try (Snapshot snapshot = new FolderSource().resolve(new SourceReference.Folder(folder))) {
      return policy.select(snapshot);
    }
  }

  private AbstractThrowableAssert<?, ?> refused(
      Path folder, SelectionPolicy policy, ErrorCode code) {
    return assertThatThrownBy(() -> select(folder, policy))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  private static String tree(GeneratedModel model) {
    StringBuilder files = new StringBuilder();
    model
        .files()
        .forEach(file ->
            files
                .append(files.isEmpty() ? "" : ",")
                .append("\"%s\":{\"size\":%d}".formatted(file.path(), file.size())));
    return "{\"format_version\":1,\"files\":{" + files + "}}";
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.resolve("..").normalize());
    Files.writeString(file, text);
  }

  /** A snapshot in the Hub's cache, or a download folder, with the list of its commit. */
  private Path copy(boolean inCache, GeneratedModel model, String list) throws IOException {
    Path repository = temporary.resolve("models--org--m");
    Path folder =
        inCache ? repository.resolve("snapshots/" + COMMIT) : temporary.resolve("download");
    model.writeTo(folder);
    Path bookkeeping = inCache ? repository : folder.resolve(".cache/huggingface");
    if (!list.isEmpty()) {
      write(bookkeeping.resolve("trees/" + COMMIT + ".json"), list);
    }
    write(
        folder.resolve(".cache/huggingface/download/config.json.metadata"),
        COMMIT + "\nabc\n1790000000.5\n");
    return folder;
  }

  // ---- copies of the hub ----

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCopyThatLacksFilesOfItsRevisionIsRefused(boolean inCache) throws IOException {
    Path folder =
        copy(inCache, MODEL.withoutFile(SHARD).withoutFile("tokenizer.json"), tree(MODEL));
    refused(folder, SERVING, SourceError.SOURCE_INCOMPLETE)
        .hasMessageContaining("2 of the files to pack are missing")
        .hasMessageContaining(SHARD)
        .hasMessageContaining("tokenizer.json (");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void withAnOptionItIsPackedWithoutTheRevision(boolean inCache) throws IOException {
    Path folder = copy(inCache, MODEL.withoutFile("tokenizer.json"), tree(MODEL));
    SelectionPolicy partial = SERVING.accepting(Set.of(SourceError.SOURCE_INCOMPLETE));
    Selection selection = select(folder, partial);
    assertThat(selection.files()).extracting(ModelFile::path).doesNotContain("tokenizer.json");
    assertThat(selection.snapshot().info().revision()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsNotToBePackedIsNotMissed(boolean inCache) throws IOException {
    GeneratedModel whole = MODEL.withFile("a.png", MODEL.file("config.json").content());
    Path folder = copy(inCache, MODEL.withoutFile("README.md"), tree(whole));
    Selection selection = select(folder, SERVING.withPatterns(List.of(), List.of("README.md")));
    assertThat(selection.files()).hasSize(MODEL.files().size() - 1);
    assertThat(selection.snapshot().info().revision().isPresent()).isEqualTo(inCache);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aCopyWithoutAListIsBelievedUnlessADownloadIsUnfinished(boolean inCache) throws IOException {
    Path folder = copy(inCache, MODEL, "");
    assertThat(select(folder, SERVING).files()).hasSize(MODEL.files().size());
    write(
        inCache
            ? temporary.resolve("models--org--m/blobs/0a.1b2c3d4e.incomplete")
            : folder.resolve(".cache/huggingface/download/abc=.0a.1b2c3d4e.incomplete"),
        "half");
    refused(folder, SERVING, SourceError.SOURCE_INCOMPLETE).hasMessageContaining(".incomplete");
  }

  @ParameterizedTest
  @ValueSource(strings = {".aria2", ".part", ".crdownload", ".modelcar-part", ".incomplete"})
  void aDownloadThatIsUnfinishedIsNoWeights(String ending) throws IOException {
    MODEL.writeTo(temporary);
    write(temporary.resolve(SHARD + ending), "half");
    refused(temporary, SERVING, SourceError.SOURCE_INCOMPLETE)
        .hasMessageContaining(SHARD + " (its download is not finished");
  }

  @Test
  void aDamagedListProvesNothing() throws IOException {
    for (String list : List.of("[]", "{", "{\"files\":[1]}", "\0", "{\"files\":null}")) {
      Path folder = copy(false, MODEL, list);
      refused(folder, SERVING, SourceError.SOURCE_INCOMPLETE).hasMessageContaining("is damaged");
    }
  }

  @Test
  void aShorterFileThanTheListsIsMissed() throws IOException {
    Path folder = copy(true, MODEL, tree(MODEL));
    write(folder.resolve("tokenizer.json"), "{}");
    refused(folder, SERVING, SourceError.SOURCE_INCOMPLETE)
        .hasMessageContaining("tokenizer.json (2 of ");
  }

  // ---- companions ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "adapter_config.json | {\"base_model_name_or_path\":\"org/base\"} | adapter_model.safetensors",
        "tokenizer_config.json | {\"vocab_file\":\"bpe.codes\"} | bpe.codes",
        "model_index.json | {\"unet\":[\"diffusers\",\"U\"],\"x\":[null,null]} | unet/config.json",
        "openvino_model.xml | <net/> | openvino_model.bin",
      })
  void whatAFileNeedsIsMissed(String path, String content, String needed) throws IOException {
    write(temporary.resolve(path), content);
    write(temporary.resolve("config.json"), "{}");
    refused(temporary, SERVING, PackagingError.WEIGHTS_SHARD_MISSING)
        .hasMessageContaining(needed + " is missing, but " + path);
  }

  @ParameterizedTest
  @CsvSource({
    "tokenizer_config.json, {}, chat_template.jinja",
    "tokenizer_config.json, {}, additional_chat_templates/tools.jinja",
    "modules.json, '[{\"path\":\"1_Pooling\"},{\"path\":\"2_Normalize\"}]', 1_Pooling/config.json",
    "model_index.json, '{\"scheduler\":[\"diffusers\",\"S\"]}', scheduler/config.json",
    "adapter_config.json, '{\"base_model_name_or_path\":\"./base\"}', base/model.safetensors",
  })
  void whatAFileNeedsIsNotLeftOutByPatternsOfOthers(String path, String content, String needed)
      throws IOException {
    write(temporary.resolve(path), content);
    write(temporary.resolve(needed), "{}");
    write(temporary.resolve("adapter_model.bin"), "weights");
    SelectionPolicy some = SERVING.withPatterns(List.of(path, "adapter_model.bin"), List.of());
    refused(temporary, some, PackagingError.WEIGHTS_SHARD_MISSING)
        .hasMessageContaining(" is left out, but " + path);
  }

  @Test
  void aChatTemplateMayBeLeftOutByName() throws IOException {
    MODEL.writeTo(temporary);
    write(temporary.resolve("tokenizer_config.json"), "{}");
    write(temporary.resolve("chat_template.jinja"), "{{ x }}");
    SelectionPolicy without = SERVING.withPatterns(List.of(), List.of("*.jinja"));
    assertThat(select(temporary, without).files())
        .extracting(ModelFile::path)
        .doesNotContain("chat_template.jinja");
  }

  @ParameterizedTest
  @ValueSource(strings = {"results-10-of-20.json", "log-1-of-2.txt", "data-1-of-3.parquet"})
  void textsWithNumbersAreNoSeries(String path) throws IOException {
    MODEL.writeTo(temporary);
    write(temporary.resolve(path), "x");
    assertThat(select(temporary, SERVING).files()).extracting(ModelFile::path).contains(path);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model-10-of-20.ckpt", "x.npz-00000-of-00002", "m-1-of-2.tflite"})
  void weightsWithNumbersAreASeries(String path) throws IOException {
    write(temporary.resolve(path), "x");
    refused(temporary, SERVING, PackagingError.WEIGHTS_SHARD_MISSING);
  }

  // ---- what helps ----

  @Test
  void aPointerInARepositoryIsItsAuthorsMatter() throws IOException {
    String pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n";
    try (Workbench bench = Workbench.open();
        FakeHub hub = FakeHub.start()) {
      hub.add("org/m", MODEL.withFile("extra.txt", Content.of(pointer)));
      try (Snapshot snapshot = bench.hub(hub, "org/m")) {
        assertThatThrownBy(() -> SERVING.select(snapshot))
            .isInstanceOfSatisfying(
                ModelcarException.class,
                e -> assertThat(e.hint()).contains("author").contains("--exclude 'extra.txt'"));
      }
    }
  }

  @Test
  void anIndexThatDisagreesMayBeLeftOut() throws IOException {
    String index = "model.safetensors.index.json";
    String text =
        new String(MODEL.file(index).content().bytes(), ISO_8859_1)
            .replace("\"model.layers", "\"net.layers");
    MODEL.withFile(index, Content.of(text)).writeTo(temporary);
    assertThatThrownBy(() -> select(temporary, SERVING))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.hint()).contains("--exclude '" + index + "'"));
  }

  @Test
  void theDefaultBaseOutOfReachIsCalledThat() {
    String standard = "localhost:1/ubi9/ubi-micro:9.7@sha256:" + "0".repeat(64);
    try (Workbench bench = Workbench.hasty()) {
      Bases bases = new Bases(bench::readerOf, List.of(Workbench.AMD64), standard);
      for (String named : List.of(standard, "https://" + standard, "http://" + standard)) {
        assertThatThrownBy(() -> bases.resolve(named))
            .isInstanceOfSatisfying(
                ModelcarException.class, e -> assertThat(e.hint()).contains("--base none"))
            .hasMessageStartingWith("the default base image cannot be used: ");
      }
    }
  }

  // ---- damaged and dangerous files ----

  @Test
  void aGgufFileThatIsCutOffIsRefused() throws IOException {
    byte[] whole =
        GeneratedModel.llama(75, 1, 4096).withGguf().file("model.gguf").content().bytes();
    MODEL.writeTo(temporary);
    Path file = temporary.resolve("q4.gguf");
    Files.write(file, whole);
    assertThat(select(temporary, SERVING).files()).isNotEmpty();
    for (int length = 24; length < whole.length; length += 7) {
      Files.write(file, Arrays.copyOf(whole, length));
      refused(temporary, SERVING, PackagingError.WEIGHTS_INVALID).hasMessageContaining("cut off");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pytorch_model.bin", "vectors.model", "net.onnx", "LICENSE.bin", "x.dat"})
  void aPickleInLettersIsOneUnderAnyName(String name) throws IOException {
    write(temporary.resolve("config.json"), "{}");
    for (String pickle : List.of("cos\nsystem\n(S'id'\ntR.", "(dp0\nS'a'\np1\nI1\ns.", "(lp0\n.")) {
      write(temporary.resolve(name), pickle);
      refused(temporary, SERVING, PackagingError.SELECTION_PICKLE_REFUSED);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cat\ndog\nparis\n", "car\nbus\nboat\n", "(lp\n", "c\nd\n"})
  void aListOfWordsIsNoPickle(String words) throws IOException {
    MODEL.writeTo(temporary);
    write(temporary.resolve("labels.names"), words);
    assertThat(select(temporary, SERVING).files())
        .extracting(ModelFile::path)
        .contains("labels.names");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"special_tokens_map_file\":\"special_tokens_map.json\"}",
        "{\"tokenizer_file\":null,\"vocab_file\":\"/home/author/x/vocab.txt\"}",
        "{\"use_file\":true,\"tokenizer_file\":\"tokenizer.json\"}"
      })
  void whatATokenizerCanDoWithoutIsNotMissed(String config) throws IOException {
    write(temporary.resolve("tokenizer_config.json"), config);
    write(temporary.resolve("vocab.txt"), "a");
    assertThat(select(temporary, SERVING).files()).hasSize(2);
  }

  @Test
  void aGraphThatKeepsTensorsElsewhereIsRefused() throws IOException {
    write(temporary.resolve("m.onnx"), "\n\u0008location\u0012\u0010../../etc/passwd");
    refused(temporary, SERVING, PackagingError.WEIGHTS_INVALID);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mmproj-f16.gguf", "onnx/reranker.onnx"})
  void aSizeAloneProvesNoDuplicate(String name) throws IOException {
    GeneratedModel one = GeneratedModel.llama(76, 1, 256 << 10).withGguf().withOnnx();
    byte[] other =
        Arrays.copyOf(
            one.file(name.endsWith("gguf") ? "model.gguf" : "onnx/model.onnx").content().bytes(),
            200 << 10);
    one.withoutFile("model.gguf")
        .withoutFile("onnx/model.onnx")
        .withFile(name, Content.of(other))
        .writeTo(temporary);
    assertThat(select(temporary, SERVING).files()).extracting(ModelFile::path).contains(name);
  }

  // ---- no weights ----

  @Test
  void anImageWithoutWeightsIsSaid() throws IOException {
    MODEL.writeTo(temporary);
    assertThat(select(temporary, SERVING).notes()).isEmpty();
    SelectionPolicy none = SERVING.withPatterns(List.of(), List.of("*.safetensors*"));
    assertThat(select(temporary, none).notes())
        .anySatisfy(note -> assertThat(note).startsWith("NO WEIGHTS"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"model.pmml", "model.bst", "model.txt", "ner/model", "model.joblib"})
  void smallWeightsOfOtherServersCount(String path) throws IOException {
    write(temporary.resolve(path), "x");
    write(temporary.resolve("README.md"), "# x");
    assertThat(select(temporary, SERVING.allowingPickle(true)).notes())
        .noneSatisfy(note -> assertThat(note).startsWith("NO WEIGHTS"));
  }
}
