package dev.modelcar.kubernetes.serving;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the cluster and containers say, as seen with KServe 0.20, Kubernetes 1.36, containerd 2.4.
 */
final class ServingRulesTest {
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve-no-shell | StartError: failed to create containerd task: exec: "sh": executable file not found in $PATH
          serve-path-missing | CreateContainerError: ImageVolumeMountFailed: failed to ensure image subpath "models"
          serve-not-an-image | CreateContainerError: number of layers and diffIDs don't match: 2 != 0
          serve-not-an-image | CreateContainerError: parent snapshot sha256:12 does not exist: not found
          serve-not-an-image | ImageVolumeMountFailed: mismatched image rootfs and manifest layers
          serve-platform-missing | ErrImagePull: failed to pull and unpack image: no match for platform in manifest: not found
          serve-layer-missing | ErrImagePull: failed to copy: httpReadSeeker: could not fetch content descriptor sha256:12 from remote: not found
          serve-pull-unauthorized | ErrImagePull: failed to resolve reference "h/m@sha256:12": pull access denied, authorization failed: no basic auth credentials
          serve-pull-unauthorized | ErrImagePull: unexpected status from HEAD request to http://h/v2/m: 401 Unauthorized
          serve-image-not-found | ErrImagePull: rpc error: code = NotFound desc = failed to resolve reference "h/m@sha256:12": not found
          serve-registry-unreachable | ErrImagePull: failed to pull image: dial tcp: lookup quay.example: no such host
          serve-registry-unreachable | ErrImagePull: failed to pull image: dial tcp 10.0.0.1:5000: connect: connection refused
          serve-registry-untrusted | ErrImagePull: failed to pull image: tls: x509: certificate signed by unknown authority
          serve-registry-plain-http | ErrImagePull: failed to pull: http: server gave HTTP response to HTTPS client
          serve-image-invalid | InvalidImageName: couldn't parse image name "h/Models/m": repository name must be lowercase
          serve-run-as-nonroot | CreateContainerConfigError: container has runAsNonRoot and image will run as root
          serve-run-as-nonroot | CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (model)
          serve-pod-security | FailedCreate: pods "m" is forbidden: violates PodSecurity "restricted:latest"
          serve-quota | FailedCreate: pods "m" is forbidden: exceeded quota: none, requested: pods=1, used: pods=0, limited: pods=0
          serve-no-runtime | NoSupportingRuntime: No runtime found to support predictor with model type
          serve-runtime-unknown | RuntimeNotRecognized: Waiting for runtime unheard-of
          serve-runtime-protocol | Specified runtime does not support specified protocol version
          serve-name-too-long | ReconcileFailed: metadata.name: Invalid value: must be no more than 63 characters
          serve-unschedulable-gpu | 0/1 nodes are available: 1 Insufficient nvidia.com/gpu.
          serve-unschedulable | 0/3 nodes are available: 3 Insufficient memory.
          serve-out-of-memory | OOMKilled, exit code 137
          serve-node-full | FailedMount: write /var/lib/x: no space left on device
          """)
  void knowsWhatTheClusterSays(String rule, String said) {
    assertThat(ServingRules.ofState("pod/m", said).map(Cause::rule)).hasValue(rule);
    assertThat(ServingRules.ofLog("pod/m", said)).isEmpty();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          serve-model-empty | NOK ... Prefetched but modelcar is invalid (/models does not exist or is empty)
          serve-tool-missing | sh: 1: ls: not found#NOK ... Prefetched but modelcar is invalid (/models does not exist or is empty)
          serve-tool-missing | sh: 1: ln: not found
          serve-tool-missing | sh: sleep: not found
          serve-files-unreadable | ls: can't open '/models': Permission denied#NOK ... Prefetched but modelcar is invalid
          serve-files-unreadable | ls: cannot open directory '/models': Permission denied
          serve-files-unreadable | cat: can't open '/mnt/models/config.json': Permission denied
          serve-files-unreadable | PermissionError: [Errno 13] /mnt/models/model.safetensors: Permission denied
          serve-uid-differs | ls: /mnt/models/: Permission denied
          serve-gpu-memory | torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB
          """)
  void knowsWhatContainersPrint(String rule, String lines) {
    String log = lines.replace('#', '\n');
    assertThat(ServingRules.ofLog("pod/m", log).map(Cause::rule)).hasValue(rule);
    assertThat(ServingRules.ofState("pod/m", log)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Deployment does not have minimum availability
          exec: "python": executable file not found in $PATH
          Successfully pulled image "h/m@sha256:12" in 1.2s
          Readiness probe failed: HTTP probe failed with statuscode: 404
          Error, exit code 3
          Waiting for the model: file not found
          connection refused
          OK
          sh: 1: python: not found
          ls: can't open '/root': Permission denied
          /models is mounted
          """)
  void isSilentOnOtherWords(String said) {
    assertThat(ServingRules.ofState("pod/m", said)).isEmpty();
    assertThat(ServingRules.ofLog("pod/m", said)).isEmpty();
  }
}
