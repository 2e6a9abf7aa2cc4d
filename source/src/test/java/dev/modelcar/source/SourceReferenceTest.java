package dev.modelcar.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What names a source, and what does not. */
final class SourceReferenceTest {
  @ParameterizedTest
  @CsvSource({
    "hf://org/name, org/name, ",
    "hf://gpt2, gpt2, ",
    "hf://org/name@v1, org/name, v1",
    "hf://org/name:v1, org/name, v1",
    "hf://org/name@refs/pr/3, org/name, refs/pr/3",
    "hf://Org.X/na_me-1.5, Org.X/na_me-1.5, ",
    "https://huggingface.co/org/name, org/name, ",
    "https://huggingface.co/org/name/tree/v1, org/name, v1",
    "https://huggingface.co/org/name/tree/main/, org/name, main",
    "http://www.huggingface.co/org/name/, org/name, ",
    "huggingface.co/gpt2?library=transformers, gpt2, ",
    "https://hf.co/org/name#usage, org/name, ",
    "hf.co/org/name, org/name, ",
    "hf://org/name/tree/v1, org/name, v1",
    "https://huggingface.co/org/name/commit/0a1b, org/name, 0a1b"
  })
  void theHubsNamesAreRead(String text, String repository, String revision) {
    SourceReference.Hub hub = (SourceReference.Hub) SourceReference.parse(text);
    assertThat(hub.repository()).isEqualTo(repository);
    assertThat(hub.revision().orElse(null)).isEqualTo(revision);
    assertThat(SourceReference.parse(hub.toString())).isEqualTo(hub);
  }

  @ParameterizedTest
  @CsvSource({
    "hf://org/name/x.gguf, x.gguf",
    "hf://org/name/q4/x.gguf, q4/x.gguf",
    "https://huggingface.co/org/name/blob/main/q4/x.gguf, q4/x.gguf",
    "https://huggingface.co/org/name/resolve/main/x.gguf?download=true, x.gguf"
  })
  void whatNamesAFileIsToldHowToSelectIt(String text, String file) {
    assertThatThrownBy(() -> SourceReference.parse(text))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e ->
                assertThat(e.hint())
                    .contains("hf://org/name")
                    .endsWith("--include '" + file + "'."));
  }

  @Test
  void everythingElseIsAFolder() {
    assertThat(SourceReference.parse("models/a b")).isInstanceOf(SourceReference.Folder.class);
    assertThat(SourceReference.parse("org/name")).hasToString("org/name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "hf://",
        "hf://a//b",
        "hf://a/b@",
        "hf://a/b@x y",
        "hf://a/b@../x",
        "hf://datasets/a",
        "hf://spaces/a/b",
        "hf://a/b.git",
        "hf://a/-b",
        "hf://a/b--c",
        "hf://a/..",
        "s3://bucket/x",
        "https://huggingface.co/datasets/a/b",
        "https://huggingface.co/",
        "https://example.com/a/b",
        "a\u0000b"
      })
  void whatIsNoSourceIsRefusedWithAReason(String text) {
    assertThatThrownBy(() -> SourceReference.parse(text))
        .isInstanceOfSatisfying(
            ModelcarException.class,
            e -> assertThat(e.code()).isEqualTo(SourceError.SOURCE_REFERENCE_INVALID))
        .hasMessageContaining("is not a source: ");
  }
}
