package dev.modelcar.lint.kserve;

import dev.modelcar.lint.rules.Problems;
import dev.modelcar.lint.rules.Rule;
import dev.modelcar.lint.tree.At;
import dev.modelcar.lint.tree.Value;
import dev.modelcar.lint.tree.Value.Mapping;
import dev.modelcar.lint.tree.Value.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** InferenceServices, as KServe 0.20 looks at them. */
public final class ServingChecks {
  private static final Pattern NAME = Pattern.compile("[a-z](?:[-a-z0-9]*[a-z0-9])?");
  private static final Pattern SCHEME = Pattern.compile("([a-z0-9+.-]+)://(.*)");
  private static final Set<String> SCHEMES =
      Set.of(
          "oci",
          "oci+native",
          "s3",
          "gs",
          "hf",
          "pvc",
          "http",
          "https",
          "hdfs",
          "webhdfs",
          "file",
          "git");
  private static final Set<String> SCALERS = Set.of("hpa", "external", "keda", "none");
  private static final Set<String> OLD =
      Set.of(
          "sklearn",
          "xgboost",
          "tensorflow",
          "pytorch",
          "triton",
          "onnx",
          "huggingface",
          "pmml",
          "lightgbm",
          "paddle");
  private static final Set<String> SIZES = Set.of("PIPELINE_PARALLEL_SIZE", "TENSOR_PARALLEL_SIZE");
  private static final int LONGEST_HOST = 63;

  private final Problems problems;

  private ServingChecks(Problems problems) {
    this.problems = problems;
  }

  /** Checks an InferenceService. */
  public static void check(At root, Problems problems) {
    new ServingChecks(problems).service(root);
  }

  /** The object with the names of containers that KServe fills in. */
  public static Value fill(Value object) {
    Value filled = object;
    boolean model = !models(At.root(object).get("spec", "predictor")).isEmpty();
    for (String component :
        List.of(model ? "transformer" : "predictor", "transformer", "explainer")) {
      filled = named(filled, List.of("spec", component, "containers"));
    }
    return filled;
  }

  private static Value named(Value object, List<String> path) {
    if (path.isEmpty()) {
      return object instanceof Sequence sequence && sequence.items().size() == 1
          ? sequence.with(List.of(named(sequence.items().getFirst())))
          : object;
    }
    String name = path.getFirst();
    return object instanceof Mapping mapping && mapping.fields().containsKey(name)
        ? mapping.with(name, named(mapping.field(name).value(), path.subList(1, path.size())))
        : object;
  }

  private static Value named(Value container) {
    return container instanceof Mapping mapping && !At.root(container).get("name").hasText()
        ? mapping.with("name", Value.string("kserve-container", container))
        : container;
  }

  private void refuse(At at, String message) {
    problems.add(Rule.SERVING_INVALID, at, message);
  }

  private void service(At root) {
    At name = root.get("metadata", "name");
    if (name.hasText() && !NAME.matcher(name.text()).matches()) {
      refuse(name, "not a valid name of an InferenceService: %s".formatted(name.text()));
    }
    String namespace = root.get("metadata", "namespace").text();
    String host =
        "%s-predictor-%s".formatted(name.text(), namespace.isEmpty() ? "default" : namespace);
    if (host.length() > LONGEST_HOST) {
      problems.add(
          Rule.SERVING_NAME_LENGTH,
          name,
          "%s has %d characters, at most %d are possible"
              .formatted(host, host.length(), LONGEST_HOST));
    }
    At annotations = root.get("metadata", "annotations");
    At scaler = annotations.get("serving.kserve.io/autoscalerClass");
    if (scaler.isPresent() && !SCALERS.contains(scaler.text())) {
      refuse(scaler, "no class of autoscalers: %s".formatted(scaler.text()));
    }
    At spec = root.get("spec");
    predictor(spec.get("predictor"));
    workers(spec.get("predictor"), scaler);
    for (String component : List.of("transformer", "explainer")) {
      At at = spec.get(component);
      if (at.isPresent() && at.get("containers").size() == 0 && at.get("art").isAbsent()) {
        refuse(at, "the %s has no container".formatted(component));
      }
    }
    for (String component : List.of("predictor", "transformer", "explainer")) {
      At at = spec.get(component);
      if (at.isPresent() || component.equals("predictor")) {
        component(at, annotations, scaler.text());
      }
    }
  }

  private static List<At> models(At predictor) {
    return Stream.concat(Stream.of("model"), OLD.stream())
        .map(predictor::get)
        .filter(At::isPresent)
        .toList();
  }

  private void predictor(At predictor) {
    List<At> models = models(predictor);
    long custom =
        predictor.get("containers").items().stream()
            .filter(container -> container.get("name").text().equals("kserve-container"))
            .count();
    boolean any = predictor.get("containers").size() > 0;
    // KServe makes the first of the old kinds a model, in place of what stands there.
    long own = models.stream().filter(at -> OLD.contains(at.name())).count();
    long left = models.isEmpty() ? 0 : Math.max(1, own);
    long count = left + custom + (models.isEmpty() && custom == 0 && any ? 1 : 0);
    if (count != 1) {
      refuse(
          count == 0
              ? predictor
              : models.isEmpty() ? predictor.get("containers") : models.getLast(),
          count == 0
              ? "the predictor has no model and no container"
              : "the predictor has several implementations, exactly one is possible");
    }
    if (count == 1 && own == 1 && predictor.get("model").isPresent()) {
      At replacing = models.getLast();
      problems.add(
          Rule.SERVING_MODEL_REPLACED,
          predictor.get("model"),
          "KServe puts %s in the place of model: what stands here is lost"
              .formatted(replacing.name()),
          "Keep one of the two.");
    }
    At uris = predictor.get("storageUris");
    for (At model : models) {
      if (model.get("name").hasText()) {
        refuse(model.get("name"), "a model has no name of its own");
      }
      if (model.name().equals("model") && !model.get("modelFormat", "name").hasText()) {
        problems.add(
            Rule.SERVING_FORMAT,
            model,
            "the model names no modelFormat: KServe takes the object and finds no runtime for it",
            "Name it as the runtime lists it: `modelFormat: {name: vLLM}`.");
      }
      At uri = model.get("storageUri");
      if (uri.isPresent() && uris.isPresent()) {
        refuse(uris, "storageUri and storageUris exclude each other");
      }
      storage(uri);
      blocked(model);
    }
    for (String list : List.of("containers", "initContainers")) {
      predictor.get(list).items().forEach(this::blocked);
    }
    storages(uris);
    At traffic = predictor.get("canaryTrafficPercent");
    if (traffic.isPresent() && (traffic.number() < 0 || traffic.number() > 100)) {
      problems.add(
          Rule.SERVING_TRAFFIC, traffic, "canaryTrafficPercent is %s".formatted(traffic.text()));
    }
  }

  private void workers(At predictor, At scaler) {
    At workers = predictor.get("workerSpec");
    if (workers.isAbsent()) {
      return;
    }
    At model = predictor.get("model");
    String uri = model.get("storageUri").text();
    if (workers.get("containers").size() > 1) {
      refuse(workers.get("containers"), "workers have one container");
    }
    if (model.isPresent()) {
      if (!uri.startsWith("pvc://") && !uri.startsWith("oci://")) {
        refuse(model, "several nodes need a storageUri of pvc:// or oci://");
      }
      if (!scaler.text().equals("none")) {
        refuse(
            workers,
            "KServe 0.20 takes several nodes only with the annotation autoscalerClass: none; older versions want external");
      }
      for (At env : model.get("env").items()) {
        if (SIZES.contains(env.get("name").text())) {
          refuse(env, "set the sizes in workerSpec, not in env");
        }
      }
    }
    for (String size : List.of("pipelineParallelSize", "tensorParallelSize")) {
      if (workers.get(size).isPresent() && workers.get(size).number() < 1) {
        refuse(workers.get(size), "%s is at least 1".formatted(size));
      }
    }
  }

  private void blocked(At container) {
    for (At env : container.get("env").items()) {
      if (env.get("name").text().equals("PYTHONPATH")) {
        refuse(env, "KServe does not allow PYTHONPATH to be set");
      }
    }
  }

  private void component(At at, At annotations, String scaler) {
    long least = at.get("minReplicas").isPresent() ? at.get("minReplicas").number() : 1;
    long most = at.get("maxReplicas").number();
    if (least < 0 || most < 0) {
      refuse(at.get(least < 0 ? "minReplicas" : "maxReplicas"), "replicas cannot be negative");
    } else if (most != 0 && least > most) {
      refuse(
          at.get("maxReplicas"),
          "minReplicas %d is more than maxReplicas %d".formatted(least, most));
    }
    if (at.get("containerConcurrency").number() < 0) {
      refuse(at.get("containerConcurrency"), "containerConcurrency is negative");
    }
    At logger = at.get("logger");
    if (logger.isPresent()
        && !Set.of("all", "request", "response").contains(logger.get("mode").text())) {
      refuse(logger, "the mode of the logger is all, request or response");
    }
    scaling(at, annotations.get("serving.kserve.io/deploymentMode").text(), scaler);
  }

  private void scaling(At at, String mode, String scaler) {
    At metric = at.get("scaleMetric");
    At target = at.get("scaleTarget");
    boolean standard = mode.equals("Standard") || mode.equals("RawDeployment");
    if (standard && scaler.equals("keda") && metric.isPresent()) {
      refuse(metric, "scaleMetric is not possible with KEDA");
    } else if (standard && scaler.equals("hpa")) {
      if (metric.isPresent() && !Set.of("cpu", "memory").contains(metric.text())) {
        refuse(metric, "an HPA scales by cpu or memory, not by %s".formatted(metric.text()));
      }
      if (target.isPresent() && (target.number() < 1 || target.number() > 100)) {
        refuse(target, "scaleTarget is a percentage from 1 to 100");
      }
    } else if (!standard && !mode.isEmpty()) {
      if (metric.isPresent() && !Set.of("concurrency", "rps").contains(metric.text())) {
        refuse(
            metric,
            "%s needs the annotations deploymentMode: Standard and autoscalerClass: hpa"
                .formatted(metric.text()));
      }
      if (at.get("deploymentStrategy").isPresent()) {
        refuse(
            at.get("deploymentStrategy"),
            "deploymentStrategy needs the annotation deploymentMode: Standard");
      }
    }
  }

  private void storages(At uris) {
    List<String> paths = new ArrayList<>();
    List<String> claims = new ArrayList<>();
    for (At at : uris.items()) {
      At uri = at.get("uri");
      String path = at.get("mountPath").hasText() ? at.get("mountPath").text() : "/mnt/models";
      if (!uri.hasText()) {
        refuse(at, "the storage URI is empty");
      }
      if (path.equals("/") || !path.startsWith("/") || path.contains("..")) {
        refuse(at.get("mountPath"), "mountPath is an absolute path below /: %s".formatted(path));
      }
      if (uri.text().startsWith("pvc://")) {
        claims.add(path);
      } else {
        paths.add(path);
      }
      storage(uri);
    }
    long parents =
        paths.stream()
            .map(path -> path.split("/", -1))
            .map(parts -> parts.length > 1 ? parts[1] : "")
            .distinct()
            .count();
    if (paths.size() > 1 && new HashSet<>(claims).size() < claims.size()) {
      refuse(uris, "two claims have the same mount path");
    }
    if (paths.size() > 1 && parents > 1) {
      refuse(uris, "the mount paths have no common parent below /");
    }
  }

  private void storage(At uri) {
    if (!uri.hasText()) {
      return;
    }
    String text = uri.text();
    var matcher = SCHEME.matcher(text);
    if (!matcher.matches()) {
      problems.add(
          Rule.SERVING_STORAGE,
          uri,
          "%s is no URI: KServe takes it for a path".formatted(text),
          text.startsWith("oci:/") ? "Two slashes: oci://HOST/REPOSITORY." : "");
      return;
    }
    String scheme = matcher.group(1);
    String rest = matcher.group(2);
    if (!SCHEMES.contains(scheme)) {
      problems.add(
          Rule.SERVING_STORAGE,
          uri,
          "KServe 0.20 does not know %s://".formatted(scheme),
          "For images: oci:// or oci+native://.");
    } else if (scheme.startsWith("oci")) {
      image(uri, rest);
    }
  }

  private void image(At uri, String reference) {
    if (reference.isEmpty() || !reference.contains("/")) {
      problems.add(Rule.SERVING_STORAGE, uri, "%s names no repository".formatted(uri.text()));
      return;
    }
    String path = reference.substring(reference.indexOf('/') + 1).replaceFirst("[:@].*", "");
    if (!path.equals(path.toLowerCase(Locale.ROOT))) {
      problems.add(Rule.SERVING_STORAGE, uri, "names of repositories have no upper-case letters");
    } else if (!reference.contains("@")) {
      problems.add(
          Rule.IMAGE_NOT_PINNED,
          uri,
          "the model is named by a tag: a moved tag is served by some nodes, the old one by others",
          "Use oci://…@sha256:…; `modelcar inspect IMAGE` shows the digest.");
    }
  }
}
