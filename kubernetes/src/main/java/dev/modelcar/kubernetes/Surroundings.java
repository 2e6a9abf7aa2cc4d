package dev.modelcar.kubernetes;

import java.util.SortedMap;

/** What lies around tasks and pipelines: access, storage, overlays, example runs. */
final class Surroundings {
  private final RenderValues values;

  Surroundings(RenderValues values) {
    this.values = values;
  }

  /** A value, as YAML writes it. */
  private String yaml(String name) {
    return Yaml.scalar(values.get(name));
  }

  /** The head of a kustomization whose objects Argo CD applies in a certain wave. */
  static String kustomization(String wave) {
    return """
    apiVersion: kustomize.config.k8s.io/v1beta1
    kind: Kustomization
    commonAnnotations:
      argocd.argoproj.io/sync-wave: "%s"
    resources:
    """
        .formatted(wave);
  }

  void add(SortedMap<String, String> files) {
    base(files);
    overlays(files);
    secrets(files);
    storage(files);
    new ExampleRuns(values).add(files);
    files.put("argocd/application.yaml", application());
    files.put("README.md", readme());
  }

  // ---- the base and its overlays ----

  private void base(SortedMap<String, String> files) {
    files.put(
        "base/kustomization.yaml",
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        resources:
          - access
          - tasks
          - pipelines
        """);
    files.put("base/access/kustomization.yaml", kustomization("0") + "  - service-account.yaml\n");
    files.put(
        "base/access/service-account.yaml",
        """
        apiVersion: v1
        kind: ServiceAccount
        metadata:
          name: %s
        """
            .formatted(yaml("serviceAccount")));
  }

  private void overlays(SortedMap<String, String> files) {
    files.put(
        "overlays/kubernetes/kustomization.yaml",
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: %s
        resources:
          - ../../base
        """
            .formatted(yaml("namespace")));
    files.put(
        "overlays/openshift/kustomization.yaml",
        """
        apiVersion: kustomize.config.k8s.io/v1beta1
        kind: Kustomization
        namespace: %s
        resources:
          - ../../base
          - image-pusher.yaml
        """
            .formatted(yaml("namespace")));
    files.put(
        "overlays/openshift/image-pusher.yaml",
        """
        # The only right that is needed: to push images into this one project. No SecurityContextConstraints
        # are granted, for the tasks run under restricted-v2: any UID, no capability, a read-only root.
        apiVersion: rbac.authorization.k8s.io/v1
        kind: RoleBinding
        metadata:
          name: %3$s
        roleRef:
          apiGroup: rbac.authorization.k8s.io
          kind: ClusterRole
          name: system:image-pusher
        subjects:
          - kind: ServiceAccount
            name: %1$s
            namespace: %2$s
        """
            .formatted(
                yaml("serviceAccount"),
                yaml("namespace"),
                Yaml.scalar(values.get("serviceAccount") + "-image-pusher")));
  }

  // ---- what a user fills in ----

  private void secrets(SortedMap<String, String> files) {
    files.put(
        "secrets/huggingface.example.yaml",
        """
        # A token that may read gated or private models. Fill it in and apply it; never commit it.
        apiVersion: v1
        kind: Secret
        metadata:
          name: %s
          namespace: %s
        type: Opaque
        stringData:
          token: ""
        """
            .formatted(yaml("huggingFaceSecret"), yaml("namespace")));
    String registry =
        values.get("registrySecret").isEmpty() ? "registry" : values.get("registrySecret");
    files.put(
        "secrets/registry.example.yaml",
        """
        # The login of a registry, for the workspace dockerconfig. Simpler than filling this in:
        #   kubectl create secret docker-registry %1$s --docker-server=HOST --docker-username=NAME --docker-password=...
        apiVersion: v1
        kind: Secret
        metadata:
          name: %1$s
          namespace: %2$s
        type: kubernetes.io/dockerconfigjson
        stringData:
          .dockerconfigjson: '{"auths": {}}'
        """
            .formatted(Yaml.scalar(registry), yaml("namespace")));
  }

  private void storage(SortedMap<String, String> files) {
    String storageClass =
        values.get("storageClass").isEmpty()
            ? ""
            : "  storageClassName: " + yaml("storageClass") + "\n";
    files.put(
        "storage/model-volume.yaml",
        """
        # For modelcar-build-push alone; the other pipelines need no volume. 1.05 times the model is enough.
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: model-volume
          namespace: %s
        spec:
          accessModes:
            - ReadWriteOnce
        %s  resources:
            requests:
              storage: %s
        """
            .formatted(yaml("namespace"), storageClass, yaml("storageSize")));
  }

  // ---- Argo CD, and a page for people ----

  private String application() {
    return """
    apiVersion: argoproj.io/v1alpha1
    kind: Application
    metadata:
      name: modelcar
      namespace: %s
    spec:
      project: default
      source:
        repoURL: %s
        targetRevision: %s
        path: %s
      destination:
        server: https://kubernetes.default.svc
        namespace: %s
      syncPolicy:
        automated:
          prune: true
          selfHeal: true
        syncOptions:
          - CreateNamespace=true
          - ServerSideApply=true
    """
        .formatted(
            yaml("argocdNamespace"),
            yaml("gitUrl"),
            yaml("gitRevision"),
            Yaml.scalar(values.get("gitPath") + "/overlays/" + values.get("overlay")),
            yaml("namespace"));
  }

  private String readme() {
    return """
    # modelcar on a cluster

    Written by `modelcar render`; change the values there, not the files here.

    ```sh
    kubectl create namespace %1$s
    kubectl apply -k overlays/kubernetes        # or overlays/openshift
    kubectl create -f runs/ship.yaml
    ```

    | folder | what |
    |---|---|
    | `base/tasks` | Tekton tasks in the catalog's layout, each with its page |
    | `base/pipelines` | pipelines of these tasks |
    | `base/access` | the ServiceAccount that runs use; it needs no right in the cluster |
    | `overlays/kubernetes`, `overlays/openshift` | the base in a namespace; on OpenShift with the right to push images into it |
    | `secrets` | forms for the Secrets that may be needed; fill them in, never commit them |
    | `storage` | a volume, for the classic pipeline alone |
    | `runs` | a run of each pipeline; for OpenShift, which gives volumes a group itself, render with `--set fsGroup=` |
    | `argocd` | an application that keeps the cluster as these files say; access, tasks and pipelines come in waves |

    The tasks run as any user, without capabilities, on a read-only root: Pod Security `restricted` and OpenShift's
    `restricted-v2` admit them, and no SecurityContextConstraints need to be granted.
    """
        .formatted(values.get("namespace"));
  }
}
