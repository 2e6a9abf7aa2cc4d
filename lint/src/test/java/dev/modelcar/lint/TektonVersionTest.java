package dev.modelcar.lint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A version that is not known is taken as the nearest, and never in silence. */
class TektonVersionTest {
  @ParameterizedTest
  @CsvSource({
    "1,1.15.0,true",
    "v1,1.15.0,true",
    "1.x,1.15.0,true",
    "1.15,1.15.0,true",
    "v1.15.3,1.15.0,true",
    "1.14,1.15.0,false",
    "1.16,1.15.0,false",
    "1.0.0,1.15.0,false",
    "2.0,1.15.0,false",
    "3.0,1.15.0,false",
    "0.70,0.70.0,false",
    "0.69,0.69.1,false",
    "0.50,0.69.1,false",
    "0.3,0.69.1,false",
    "0.71,0.70.0,false",
    "0,0.70.0,false",
    "0.x,0.70.0,false"
  })
  void theNearestStandsForIt(String asked, String release, boolean same) {
    assertThat(TektonVersion.of(asked))
        .hasValueSatisfying(version -> {
          assertThat(version.release().release()).isEqualTo(release);
          assertThat(version.note().isEmpty()).isEqualTo(same);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.50", "3.0", "1.3"})
  void theNoteNamesWhatIsKnown(String asked) {
    assertThat(TektonVersion.of(asked).orElseThrow().note())
        .hasValueSatisfying(note -> assertThat(note).contains(asked, "0.69.1, 0.70.0, 1.15.0"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", "1.x.y", "1.15.0-rc1", "-1", "99999999999999999999"})
  void whatIsNoVersionIsNone(String asked) {
    assertThat(TektonVersion.of(asked)).isEmpty();
  }
}
