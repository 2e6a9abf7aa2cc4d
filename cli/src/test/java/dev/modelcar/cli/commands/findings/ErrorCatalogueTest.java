package dev.modelcar.cli.commands.findings;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.modelcar.cli.diagnosis.Errors;
import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.core.ErrorCode;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts match on ids and exit codes, so both are a promise: this list only ever grows. */
final class ErrorCatalogueTest {
  private static final String GOLDEN =
      """
      usage-invalid USAGE 2
      source-reference-invalid REFUSED 3
      source-not-found NOT_FOUND 5
      source-not-a-folder REFUSED 3
      source-empty REFUSED 3
      source-unreadable REFUSED 3
      source-link-broken REFUSED 3
      source-link-loop REFUSED 3
      source-link-leaves REFUSED 3
      source-incomplete REFUSED 3
      source-special-file REFUSED 3
      source-path-unsafe REFUSED 3
      source-case-collision REFUSED 3
      source-lfs-pointer REFUSED 3
      source-changed REFUSED 3
      selection-empty REFUSED 3
      selection-pickle-refused REFUSED 3
      weights-shard-missing REFUSED 3
      weights-invalid REFUSED 3
      plan-over-limit REFUSED 3
      hub-repository-not-found NOT_FOUND 5
      hub-repository-hidden UNAUTHORIZED 4
      hub-revision-not-found NOT_FOUND 5
      hub-entry-not-found NOT_FOUND 5
      hub-gated UNAUTHORIZED 4
      hub-token-invalid UNAUTHORIZED 4
      hub-token-forbidden UNAUTHORIZED 4
      hub-disabled REFUSED 3
      hub-hashes-masked UNAUTHORIZED 4
      hub-rate-limited REMOTE 6
      hub-unavailable REMOTE 6
      hub-protocol REMOTE 6
      hub-offline NOT_FOUND 5
      content-mismatch VERIFICATION 7
      target-invalid REFUSED 3
      target-is-digest REFUSED 3
      target-exists REFUSED 3
      target-not-writable REFUSED 3
      disk-full REMOTE 6
      disk-failed REMOTE 6
      image-invalid REFUSED 3
      image-not-found NOT_FOUND 5
      base-invalid REFUSED 3
      registry-unauthorized UNAUTHORIZED 4
      registry-denied UNAUTHORIZED 4
      registry-repository-not-found NOT_FOUND 5
      registry-too-large REFUSED 3
      registry-full REMOTE 6
      registry-read-only REMOTE 6
      registry-rate-limited REMOTE 6
      registry-unavailable REMOTE 6
      registry-protocol REMOTE 6
      registry-refused REMOTE 6
      registry-upload-lost REMOTE 6
      registry-upload-unreachable REMOTE 6
      registry-content-mismatch VERIFICATION 7
      credentials-invalid UNAUTHORIZED 4
      credential-helper-failed UNAUTHORIZED 4
      network-unknown-host REMOTE 6
      network-unreachable REMOTE 6
      network-stalled REMOTE 6
      network-broken REMOTE 6
      network-proxy REMOTE 6
      tls-untrusted REMOTE 6
      tls-plain-http REMOTE 6
      redirect-refused REMOTE 6
      verification-failed VERIFICATION 7
      targets-partly-failed PARTLY 8
      case-not-found NOT_FOUND 5
      case-unreadable REFUSED 3
      cluster-unreachable REMOTE 6
      kubeconfig-invalid UNAUTHORIZED 4
      cluster-forbidden UNAUTHORIZED 4
      cluster-object-not-found NOT_FOUND 5
      cluster-model-registry-not-found NOT_FOUND 5
      cluster-refused REFUSED 3
      deploy-failed REMOTE 6
      deploy-timed-out REMOTE 6
      smoke-failed REMOTE 6
      run-failed REMOTE 6
      model-registry-url-invalid REFUSED 3
      model-registry-unauthorized UNAUTHORIZED 4
      model-registry-denied UNAUTHORIZED 4
      model-registry-not-found NOT_FOUND 5
      model-registry-unavailable REMOTE 6
      model-registry-protocol REMOTE 6
      model-registry-refused REFUSED 3
      model-registry-name-invalid REFUSED 3
      model-registry-ambiguous REFUSED 3
      model-registry-entry-not-found NOT_FOUND 5
      model-registry-version-conflict REFUSED 3
      model-registry-archived REFUSED 3
      model-registry-not-stored VERIFICATION 7
      parts-missing NOT_FOUND 5
      sizing-config-invalid REFUSED 3
      sizing-config-missing REFUSED 3
      sizing-architecture-unknown REFUSED 3
      sizing-adapter REFUSED 3
      sizing-no-model REFUSED 3
      sizing-ambiguous REFUSED 3
      sizing-not-generative REFUSED 3
      sizing-gpu-unknown REFUSED 3
      sizing-parallel-invalid REFUSED 3
      stopped INTERRUPTED 130
      unexpected INTERNAL 1
      """;

  private static final ErrorCatalogue CATALOGUE = Errors.catalogue();

  static List<ErrorCode> codes() {
    return CATALOGUE.codes();
  }

  @Test
  void idsCategoriesAndExitCodesStayAsTheyAre() {
    List<String> actual =
        codes().stream()
            .map(
                code -> code.id() + " " + code.category().name() + " " + code.category().exitCode())
            .toList();
    assertThat(actual).containsExactlyInAnyOrderElementsOf(GOLDEN.lines().toList());
  }

  @Test
  void everyModulesErrorsAreInIt() {
    Set<Class<?>> known = codes().stream().map(Object::getClass).collect(Collectors.toSet());
    List<Class<?>> all =
        new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.modelcar")
                .stream()
                .filter(type -> type.isEnum() && type.isAssignableTo(ErrorCode.class))
                .<Class<?>>map(JavaClass::reflect)
                .toList();
    assertThat(known).containsExactlyInAnyOrderElementsOf(all);
  }

  @ParameterizedTest
  @MethodSource("codes")
  void eachIsFoundByItsId(ErrorCode code) {
    assertThat(code.id()).matches("[a-z]+(-[a-z]+)*");
    assertThat(CATALOGUE.find(code.id())).contains(code);
  }

  @ParameterizedTest
  @MethodSource("codes")
  void eachSaysWhatToDoInASentence(ErrorCode code) {
    assertThat(code.hint()).matches("[A-Z].*\\.").doesNotContain("\n");
  }

  @Test
  void nothingIsFoundUnderAnotherName() {
    assertThat(CATALOGUE.find("HUB_GATED")).isEmpty();
    assertThat(CATALOGUE.find("")).isEmpty();
  }
}
