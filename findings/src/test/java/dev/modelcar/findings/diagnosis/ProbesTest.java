package dev.modelcar.findings.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.modelcar.core.ErrorCatalogue;
import dev.modelcar.findings.Catalogue;
import dev.modelcar.findings.evidence.Case;
import dev.modelcar.findings.evidence.ContainerLog;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a probe prints proves a likely cause, or rules it out. */
final class ProbesTest {
  private final List<String> run = new ArrayList<>();

  private Finding denied(Probes.Outcome outcome) {
    return denied("writing blob: https://quay.io/v2/a/b: ", outcome);
  }

  private Finding denied(String where, Probes.Outcome outcome) {
    ContainerLog log =
        new ContainerLog(
            "ship-pod",
            "step-push",
            false,
            List.of("Error: " + where + "denied: requested access to the resource is denied"));
    Report report =
        new Diagnoser(Catalogue.standard(), new ErrorCatalogue(List.of()))
            .diagnose(new Case(List.of(), List.of(log), List.of(), List.of()));
    return Probes.decide(
            report,
            Catalogue.standard(),
            probe -> {
              run.add(probe);
              return outcome;
            })
        .findings()
        .getFirst();
  }

  private static Probes.Outcome printed(String... lines) {
    return new Probes.Outcome(List.of(lines), "");
  }

  @Test
  void provesTheLikelyCause() {
    Finding finding = denied(printed("secret/quay has a login for quay.io"));
    assertThat(run)
        .singleElement()
        .asString()
        .startsWith("kubectl -n ")
        .contains("get pod ship-pod");
    assertThat(finding.proven()).isTrue();
    assertThat(finding.rule()).isEqualTo("push-not-authorized");
    assertThat(finding.title()).startsWith("The registry does not allow");
    assertThat(finding.message()).contains("The probe proves it").doesNotContain("not proven");
    assertThat(finding.evidence()).contains("probe: secret/quay has a login for quay.io");
    assertThat(finding.probe()).isEmpty();
  }

  @Test
  void namesTheOtherCauseWhereItIsRuledOut() {
    Finding finding = denied(printed("pod/ship-pod has no login for any registry"));
    assertThat(finding.rule()).isEqualTo("push-unauthorized");
    assertThat(finding.proven()).isTrue();
    assertThat(finding.message()).contains("rules out").contains("push-not-authorized");
    assertThat(finding.evidence()).last().asString().contains("has no login");
  }

  @Test
  void aLoginForAnotherRegistryIsNone() {
    Finding other = denied(printed("secret/hub has a login for docker.io"));
    assertThat(other.rule()).isEqualTo("push-unauthorized");
    assertThat(other.evidence()).last().asString().contains("no login for quay.io");
    Finding unknown = denied("", printed("secret/hub has a login for docker.io"));
    assertThat(unknown.proven()).isFalse();
    assertThat(unknown.rule()).isEqualTo("push-not-authorized");
  }

  @Test
  void staysUndecided() {
    Finding silent = denied(printed("secret/quay cannot be read by this user"));
    assertThat(silent.proven()).isFalse();
    assertThat(silent.evidence()).anyMatch(line -> line.contains("does not decide"));
    Finding failed = denied(new Probes.Outcome(List.of(), "this is a folder"));
    assertThat(failed.title()).startsWith("Not proven: ");
    assertThat(failed.evidence()).contains("probe: not run: this is a folder");
    assertThat(failed.probe()).isNotEmpty();
  }
}
