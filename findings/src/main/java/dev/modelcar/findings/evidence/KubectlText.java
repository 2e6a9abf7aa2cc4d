package dev.modelcar.findings.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Objects in what kubectl printed for people: the state of a pod from {@code describe}, and events
 * from {@code describe} and {@code get events}. Times are relative there, so only the order of the
 * events is kept.
 */
final class KubectlText {
  private static final Pattern FIELD = Pattern.compile("^( *)([A-Z][\\w /()-]*?): *(.*)$");
  private static final Pattern CONTAINER = Pattern.compile("^  ([a-z0-9][a-z0-9.-]*):$");
  private static final Pattern DESCRIBED_EVENT =
      Pattern.compile(
          "^  (Normal|Warning) +(\\S+) +(\\S+(?: \\(x\\d+ over [^)]*\\))?) +(\\S+) +(\\S.*)$");
  private static final Pattern LISTED_EVENT =
      Pattern.compile(
          "^(?:[a-z0-9-]+ +)?(\\d\\S*|<unknown>)(?: \\(x\\d+ over [^)]*\\))? +(Normal|Warning) +(\\S+) +([a-z.]+)/(\\S+) +(\\S.*)$");
  private static final Pattern CONDITION = Pattern.compile("^  ([A-Z]\\w+) +(True|False|Unknown)$");
  private static final Pattern LABEL = Pattern.compile("^ *([\\w./-]+)=(\\S*)$");
  private static final Pattern OWNER = Pattern.compile("([A-Z]\\w+)/(\\S+)");

  /** Fields after the message of a container that has ended. */
  private static final Pattern AFTER_MESSAGE =
      Pattern.compile("^ +(?:Reason|Exit Code|Signal|Started|Finished|Ready|Last State):.*");

  private static final Pattern AGE = Pattern.compile("(\\d+)([dhms])");
  private static final Map<String, String> KINDS =
      Map.of(
          "replicaset",
          "ReplicaSet",
          "persistentvolumeclaim",
          "PersistentVolumeClaim",
          "taskrun",
          "TaskRun",
          "pipelinerun",
          "PipelineRun",
          "inferenceservice",
          "InferenceService",
          "statefulset",
          "StatefulSet",
          "daemonset",
          "DaemonSet");

  private record Event(long age, ObjectNode node) {}

  private final List<ObjectNode> pods = new ArrayList<>();
  private final List<Event> events = new ArrayList<>();
  private ObjectNode object = Json.object();
  private ObjectNode container = Json.object();
  private ObjectNode spec = Json.object();
  private String section = "";
  private String state = "";

  /** The field that goes on in the next lines. */
  private String open = "";

  private KubectlText() {}

  /** The objects in a text; none if kubectl did not print it. */
  static List<KubeObject> objects(List<String> lines) {
    KubectlText text = new KubectlText();
    lines.forEach(text::read);
    List<KubeObject> all = new ArrayList<>();
    text.pods.forEach(pod -> all.add(new KubeObject(pod)));
    text.events.stream()
        .sorted(Comparator.comparingLong(Event::age).reversed())
        .forEach(event -> all.add(new KubeObject(event.node())));
    return all;
  }

  private void read(String line) {
    if (goesOn(line)) {
      return;
    }
    open = "";
    Matcher listed = LISTED_EVENT.matcher(line);
    if (listed.matches()) {
      add(
          listed.group(4),
          listed.group(5),
          listed.group(1),
          listed.group(2),
          listed.group(3),
          listed.group(6));
      return;
    }
    Matcher described = DESCRIBED_EVENT.matcher(line);
    if (section.equals("Events") && described.matches()) {
      add(
          object.path("kind").asText(""),
          object.path("metadata").path("name").asText(""),
          described.group(3),
          described.group(1),
          described.group(2),
          described.group(5));
      return;
    }
    Matcher named = CONTAINER.matcher(line);
    if (section.endsWith("Containers") && named.matches()) {
      container =
          status(section.startsWith("Init") ? "initContainerStatuses" : "containerStatuses")
              .addObject()
              .put("name", named.group(1));
      spec =
          object
              .withObject("/spec")
              .withArray(section.startsWith("Init") ? "/initContainers" : "/containers")
              .addObject()
              .put("name", named.group(1));
      return;
    }
    Matcher condition = CONDITION.matcher(line.stripTrailing());
    if (section.equals("Conditions") && condition.matches()) {
      status("conditions")
          .addObject()
          .put("type", condition.group(1))
          .put("status", condition.group(2));
      return;
    }
    Matcher field = FIELD.matcher(line);
    if (field.matches()) {
      field(field.group(1).length(), field.group(2), field.group(3).strip());
    }
  }

  /** Whether a line belongs to the field before it: a label, a word of a command, a message. */
  private boolean goesOn(String line) {
    return switch (open) {
      case "Labels" -> {
        Matcher label = LABEL.matcher(line);
        yield line.startsWith(" ") && label.matches() && label(label);
      }
      case "Command", "Args" -> {
        boolean word = line.startsWith("      ") && !FIELD.matcher(line).matches();
        if (word) {
          spec.withArray("/" + open.toLowerCase(Locale.ROOT)).add(line.strip());
        }
        yield word;
      }
      case "Message" -> {
        boolean more = !AFTER_MESSAGE.matcher(line).matches();
        if (more) {
          ObjectNode ended = container.withObject(state);
          ended.put("message", ended.path("message").asText("") + "\n" + line.strip());
        }
        yield more;
      }
      default -> false;
    };
  }

  private boolean label(Matcher label) {
    metadata().withObject("/labels").put(label.group(1), label.group(2));
    return true;
  }

  private void field(int depth, String name, String value) {
    if (depth == 0) {
      section = value.isEmpty() ? name : "";
      switch (name) {
        case "Name" -> {
          object = Json.object().put("kind", "Pod");
          object.putObject("metadata").put("name", value);
        }
        case "Namespace" -> metadata().put("namespace", value);
        case "Kind" -> object.put("kind", value);
        case "Status", "Phase" -> phase(value);
        case "Labels" -> {
          open = name;
          goesOn(" " + value);
        }
        case "Controlled By" -> owner(value);
        case "Service Account" -> object.withObject("/spec").put("serviceAccountName", value);
        case "Containers" -> pods.add(object);
        default -> {}
      }
    } else if (section.endsWith("Containers")) {
      switch (name) {
        case "State", "Last State" -> {
          state = value.toLowerCase(Locale.ROOT);
          container.withObject(name.equals("State") ? "/state" : "/lastState").putObject(state);
          state = (name.equals("State") ? "/state/" : "/lastState/") + state;
        }
        case "Reason", "Message" -> {
          container.withObject(state).put(name.toLowerCase(Locale.ROOT), value);
          open = name.equals("Message") && depth > 4 ? name : "";
        }
        case "Image" -> spec.put("image", value);
        case "Command", "Args" -> open = name;
        case "Exit Code" -> container.withObject(state).put("exitCode", number(value));
        case "Ready" -> container.put("ready", value.equals("True"));
        case "Restart Count" -> container.put("restartCount", number(value));
        default -> {}
      }
    }
  }

  private void owner(String value) {
    Matcher owner = OWNER.matcher(value);
    if (owner.matches()) {
      metadata()
          .withArray("/ownerReferences")
          .addObject()
          .put("kind", owner.group(1))
          .put("name", owner.group(2));
    }
  }

  private void phase(String value) {
    if (!value.isEmpty()) {
      object.withObject("/status").put("phase", value);
    }
  }

  private ObjectNode metadata() {
    return object.withObject("/metadata");
  }

  private com.fasterxml.jackson.databind.node.ArrayNode status(String list) {
    return object.withObject("/status").withArray("/" + list);
  }

  private static int number(String text) {
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  private void add(
      String kind, String name, String age, String type, String reason, String message) {
    long seconds = 0;
    Matcher part = AGE.matcher(age);
    while (part.find()) {
      seconds +=
          Long.parseLong(part.group(1))
              * switch (part.group(2)) {
                case "d" -> 86_400;
                case "h" -> 3600;
                case "m" -> 60;
                default -> 1;
              };
    }
    ObjectNode event = Json.object().put("apiVersion", "v1").put("kind", "Event");
    event.putObject("metadata").put("name", name + "." + events.size());
    String upper =
        kind.isEmpty() ? "" : kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
    event
        .putObject("involvedObject")
        .put("kind", KINDS.getOrDefault(kind.replaceFirst("\\..*", ""), upper))
        .put("name", name);
    event.put("type", type).put("reason", reason).put("message", message.strip());
    events.add(new Event(seconds, event));
  }
}
