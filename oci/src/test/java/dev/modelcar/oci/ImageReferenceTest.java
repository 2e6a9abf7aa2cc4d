package dev.modelcar.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.modelcar.core.ModelcarException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be written where an image is meant. */
final class ImageReferenceTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);

  @ParameterizedTest
  @CsvSource({
    "quay.io/team/model,                quay.io,           team/model,     ''",
    "quay.io/team/model:v1.0,           quay.io,           team/model,     v1.0",
    "docker.io/model:1,                 docker.io,         library/model,  1",
    "docker.io/team/model,              docker.io,         team/model,     ''",
    "docker://quay.io/a/b:c,            quay.io,           a/b,            c",
    "oci://quay.io/a/b:c,               quay.io,           a/b,            c",
    "https://quay.io/a:c,               quay.io,           a,              c",
    "localhost/model:1,                 localhost,         model,          1",
    "localhost:5000/model:1,            localhost:5000,    model,          1",
    "127.0.0.1:5000/a/b/c/d,            127.0.0.1:5000,    a/b/c/d,        ''",
    "[::1]:5000/model:1,                [::1]:5000,        model,          1",
    "registry:5000/model,               registry:5000,     model,          ''",
    "Registry.Example.COM/model,        Registry.Example.COM, model,       ''",
    "quay.io/a_b/c__d/e-f/g.h/i---j:T,  quay.io,           a_b/c__d/e-f/g.h/i---j, T",
    "quay.io/a:_x.Y-z,                  quay.io,           a,              _x.Y-z"
  })
  void isAnImageInARegistry(String text, String host, String repository, String tag) {
    assertThat(ImageReference.parse(text))
        .isEqualTo(
            new ImageReference.Registry(
                host,
                repository,
                tag.isEmpty() ? Optional.empty() : Optional.of(tag),
                Optional.empty(),
                ImageReference.Registry.Scheme.of(text)));
  }

  @Test
  void saysWhatItWasMadeOf() {
    var both = (ImageReference.Registry) ImageReference.parse("quay.io/a/b:tag@" + DIGEST);
    assertThat(both.tag()).contains("tag");
    assertThat(both.digest()).map(Object::toString).contains(DIGEST);
    assertThat(both).hasToString("quay.io/a/b:tag@" + DIGEST);
    assertThat(both.repositoryOnly()).hasToString("quay.io/a/b");
    assertThat(both.withTag("x")).hasToString("quay.io/a/b:x");
    assertThat(ImageReference.parse("http://quay.io/a"))
        .isEqualTo(
            ((ImageReference.Registry) ImageReference.parse("quay.io/a"))
                .with(ImageReference.Registry.Scheme.HTTP));
  }

  @ParameterizedTest
  @CsvSource({
    "oci:folder,             folder,       ''",
    "oci:folder:tag,         folder,       tag",
    "oci:/a/b c:v1.0,        /a/b c,       v1.0",
    "oci:../x:a/b@c,         ../x,         a/b@c",
    "oci:folder:,            folder,       ''"
  })
  void isAnImageInALayout(String text, String folder, String tag) {
    assertThat(ImageReference.parse(text))
        .isEqualTo(
            new ImageReference.Layout(
                Path.of(folder), tag.isEmpty() ? Optional.empty() : Optional.of(tag)));
  }

  @Test
  void isAnImageInAnArchive() {
    assertThat(ImageReference.parse("oci-archive:/tmp/a.tar:x"))
        .isEqualTo(new ImageReference.Archive(Path.of("/tmp/a.tar"), Optional.of("x")))
        .hasToString("oci-archive:/tmp/a.tar:x");
    assertThat(ImageReference.parse("oci-archive:a.tar").withTag("y"))
        .hasToString("oci-archive:a.tar:y");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "model",
        "model:tag",
        "/model",
        "team/model",
        "quay.io/",
        "quay.io//model",
        "quay.io/model/",
        "quay.io/Model",
        "quay.io/a..b",
        "quay.io/a/.b",
        "quay.io/-a",
        "quay.io/a_",
        "quay.io/a___b",
        "quay.io/a b",
        "quay.io/ä",
        "quay.io/a:",
        "quay.io/a:.tag",
        "quay.io/a:-tag",
        "quay.io/a:t/g",
        "quay.io/a:t:g",
        "quay.io/a@sha256:abc",
        "quay.io/a@md5:0123",
        "quay.io/a@",
        "quay..io/a",
        "-quay.io/a",
        "quay.io:/a",
        "quay.io:123456/a",
        "user@quay.io/a",
        "user:secret@quay.io/a",
        "ftp://quay.io/a",
        "oci:",
        "oci-archive:",
        "oci:folder:ta g",
        "oci:folder:ä",
        "oci:\0:x",
        "quay.io/a\nb"
      })
  void isNoReference(String text) {
    assertThatThrownBy(() -> ImageReference.parse(text))
        .isInstanceOfSatisfying(
            ModelcarException.class, e -> assertThat(e.code()).isEqualTo(OciError.TARGET_INVALID))
        .message()
        .doesNotContain("\n", "\0");
  }

  @Test
  void namesAndTagsAreAsLongAsRegistriesTake() {
    String name = "a".repeat(255 - "quay.io/".length());
    assertThat(ImageReference.parse("quay.io/" + name + ":" + "t".repeat(128)).tag()).isPresent();
    assertThatThrownBy(() -> ImageReference.parse("quay.io/a" + name))
        .hasMessageContaining("exceeds 255");
    assertThatThrownBy(() -> ImageReference.parse("quay.io/a:" + "t".repeat(129)))
        .isInstanceOf(ModelcarException.class);
  }
}
