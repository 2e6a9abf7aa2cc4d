package dev.modelcar.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.modelcar.core.Json;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What moved when: a lane for each layer and target, bytes over time, and what happened on the way.
 * Times are seconds since the run began, by a clock that does not jump. Its size grows with the
 * layers, not with the bytes: samples grow coarser, and what happened is counted once there is too
 * much of it.
 */
final class Timeline implements ShipmentListener {
  private static final int MOST_SAMPLES = 512;
  private static final int MOST_HAPPENINGS = 400;
  private static final int MOST_IN_COMPACT = 250;
  private static final int LONGEST = 300;
  private static final Duration FIRST_INTERVAL = Duration.ofMillis(100);

  private final LongSupplier nanoTime;
  private final long start;
  private final Map<String, Map<String, Lane>> lanes = new LinkedHashMap<>();
  private final Map<String, Long> moved = new LinkedHashMap<>();
  private final Map<String, ModelcarException> failures = new LinkedHashMap<>();
  private final List<Sample> samples = new ArrayList<>();
  private final List<Happening> happenings = new ArrayList<>();
  private long untold;
  private long interval = FIRST_INTERVAL.toNanos();
  private long nextSample;
  private long total;
  private long reused;

  /** A layer on its way to a target; times are negative until they are known. */
  private static final class Lane {
    final String layer;
    final String target;
    long size;
    String state = "moving";
    double begun = -1;
    double first = -1;
    double last = -1;
    double ended = -1;
    long moved;
    long resumes;
    String digest = "";

    Lane(String layer, String target, long size) {
      this.layer = layer;
      this.target = target;
      this.size = size;
    }

    ObjectNode json() {
      ObjectNode json = Json.object().put("layer", layer).put("target", target);
      json.put("size", size).put("state", state).put("moved", moved);
      if (begun >= 0) {
        json.put("begun", begun);
      }
      if (first >= 0) {
        json.put("first", first).put("last", last);
      }
      if (ended >= 0) {
        json.put("ended", ended);
      }
      if (resumes > 0) {
        json.put("resumes", resumes);
      }
      if (!digest.isEmpty()) {
        json.put("digest", digest);
      }
      return json;
    }
  }

  /** How much each target has been sent by a time. */
  private record Sample(double at, List<Long> moved) {}

  private record Happening(double at, String kind, String text) {
    ObjectNode json(UnaryOperator<String> redact) {
      return Json.object().put("at", at).put("kind", kind).put("text", redact.apply(text));
    }
  }

  Timeline(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
  }

  /** Seconds since the run began. */
  double now() {
    return Math.round((nanoTime.getAsLong() - start) / 1e6) / 1e3;
  }

  @Override
  public synchronized void on(ShipmentEvent event) {
    switch (event) {
      case ShipmentEvent.Begun begun -> {
        total += begun.bytes();
        reused += begun.reusedBytes();
      }
      case ShipmentEvent.Comparing comparing ->
          happened("hashing", "%d layers are hashed to be compared".formatted(comparing.layers()));
      case ShipmentEvent.LayerReused layer -> {
        Lane lane = lane(layer.layer(), layer.target(), layer.size());
        lane.state = layer.how();
      }
      case ShipmentEvent.LayerLeft left -> happened("left", left.layer() + " is not copied");
      case ShipmentEvent.LayerBegun layer -> {
        Lane lane = lane(layer.layer(), layer.target(), layer.size());
        lane.state = "moving";
        lane.begun = now();
        moved.putIfAbsent(layer.target(), 0L);
      }
      case ShipmentEvent.LayerMoved step -> moved(step);
      case ShipmentEvent.LayerResumed resumed -> {
        Lane lane = lane(resumed.layer(), resumed.target(), 0);
        lane.resumes++;
        happened(
            "resumed",
            "%s goes on at %d bytes (%s)"
                .formatted(resumed.layer(), resumed.offset(), resumed.target()));
      }
      case ShipmentEvent.LayerDone layer -> {
        Lane lane = lane(layer.layer(), layer.target(), layer.size());
        lane.size = layer.size();
        lane.ended = now();
        lane.state = "done";
        lane.digest = layer.digest().toString();
        sample(true);
      }
      case ShipmentEvent.Waiting waiting ->
          happened(
              "retry", "%s; waits %d ms".formatted(waiting.what(), waiting.duration().toMillis()));
      case ShipmentEvent.TargetDetached target ->
          happened("detached", target.target() + " is slower and catches up at the end");
      case ShipmentEvent.TargetDone target ->
          happened("published", target.target() + " has the image");
      case ShipmentEvent.TargetFailed failed -> {
        happened("failed", failed.target() + ": " + failed.reason().getMessage());
        failures.putIfAbsent(failed.target(), failed.reason());
        lanes.values().stream()
            .flatMap(byTarget -> byTarget.values().stream())
            .filter(lane -> lane.target.equals(failed.target()) && lane.state.equals("moving"))
            .forEach(lane -> {
              lane.state = "failed";
              lane.ended = now();
            });
      }
    }
  }

  /** A step of a run on a cluster is a lane too. */
  synchronized void step(String name, RunRecord.Step step) {
    Lane lane = lane(name, "", 0);
    double now = now();
    switch (step) {
      case WAITING -> {
        lane.state = "waiting";
        lane.begun = lane.begun < 0 ? now : lane.begun;
      }
      case RUNNING -> {
        lane.state = "moving";
        lane.begun = lane.begun < 0 ? now : lane.begun;
        lane.first = lane.first < 0 ? now : lane.first;
        lane.last = now;
      }
      case DONE, FAILED -> {
        lane.state = step == RunRecord.Step.DONE ? "done" : "failed";
        lane.ended = now;
        lane.last = lane.first < 0 ? lane.last : now;
      }
    }
  }

  private Lane lane(String layer, String target, long size) {
    return lanes
        .computeIfAbsent(layer, key -> new LinkedHashMap<>())
        .computeIfAbsent(target, key -> new Lane(layer, target, size));
  }

  private void moved(ShipmentEvent.LayerMoved step) {
    Lane lane = lane(step.layer(), step.target(), 0);
    double now = now();
    if (lane.first < 0) {
      lane.first = now;
    }
    lane.last = now;
    lane.moved += step.bytes();
    moved.merge(step.target(), step.bytes(), Long::sum);
    sample(false);
  }

  private void sample(boolean now) {
    long time = nanoTime.getAsLong() - start;
    if (!now && time < nextSample) {
      return;
    }
    nextSample = time + interval;
    samples.add(new Sample(now(), List.copyOf(moved.values())));
    if (samples.size() >= MOST_SAMPLES) {
      for (int i = samples.size() - 2; i > 0; i -= 2) {
        samples.remove(i);
      }
      interval *= 2;
    }
  }

  private void happened(String kind, String text) {
    if (happenings.size() < MOST_HAPPENINGS) {
      happenings.add(new Happening(now(), kind, text));
    } else {
      untold++;
    }
  }

  synchronized boolean isEmpty() {
    return lanes.isEmpty() && happenings.isEmpty();
  }

  synchronized ObjectNode json() {
    ObjectNode json = Json.object();
    json.put("bytes", total).put("reusedBytes", reused);
    ArrayNode all = json.putArray("lanes");
    lanes.values().forEach(targets -> targets.values().forEach(lane -> all.add(lane.json())));
    ArrayNode targets = json.putArray("targets");
    moved.keySet().forEach(targets::add);
    // Targets come one after the other: those of the first samples may be fewer.
    ArrayNode over = json.putArray("samples");
    for (Sample sample : samples) {
      ArrayNode row = over.addArray().add(sample.at());
      sample.moved().forEach(row::add);
    }
    ArrayNode told = json.putArray("events");
    happenings.forEach(happening -> told.add(happening.json(UnaryOperator.identity())));
    if (untold > 0) {
      json.put("moreEvents", untold);
    }
    return json;
  }

  /** What became of each target, as far as it can be told from what happened. */
  synchronized ObjectNode result(UnaryOperator<String> redact) {
    ObjectNode result = Json.object();
    ArrayNode targets = result.putArray("targets");
    long sent = 0;
    long had = 0;
    for (String target :
        Stream.concat(all().map(lane -> lane.target), failures.keySet().stream())
            .distinct()
            .toList()) {
      List<Lane> here = all().filter(lane -> lane.target.equals(target)).toList();
      long movedHere = here.stream().mapToLong(lane -> lane.moved).sum();
      long reusedHere =
          here.stream().filter(lane -> lane.begun < 0).mapToLong(lane -> lane.size).sum();
      ObjectNode entry = targets.addObject().put("reference", target);
      entry.put("status", failures.containsKey(target) ? "failed" : "done");
      entry.put("bytesMoved", movedHere).put("bytesReused", reusedHere);
      ModelcarException reason = failures.get(target);
      if (reason != null) {
        entry
            .putObject("error")
            .put("id", reason.code().id())
            .put("message", shortened(redact.apply(String.valueOf(reason.getMessage()))));
      }
      sent += movedHere;
      had += reusedHere;
    }
    return result.put("bytesMoved", sent).put("bytesReused", had);
  }

  private static String shortened(String text) {
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
  }

  private Stream<Lane> all() {
    return lanes.values().stream().flatMap(byTarget -> byTarget.values().stream());
  }

  /** Without samples, and of the largest layers and the first happenings only. */
  synchronized ObjectNode compact(UnaryOperator<String> redact) {
    ObjectNode json = Json.object();
    json.put("bytes", total).put("reusedBytes", reused);
    ArrayNode kept = json.putArray("lanes");
    all()
        .sorted(Comparator.comparingLong((Lane lane) -> lane.size).reversed())
        .limit(MOST_IN_COMPACT)
        .sorted(Comparator.comparingDouble(lane -> lane.begun))
        .forEach(lane -> kept.add(lane.json()));
    json.putArray("targets");
    json.putArray("samples");
    ArrayNode told = json.putArray("events");
    happenings.stream()
        .limit(MOST_IN_COMPACT)
        .forEach(one -> told.add(one.json(text -> shortened(redact.apply(text)))));
    long more = untold + Math.max(0, happenings.size() - MOST_IN_COMPACT);
    if (more > 0) {
      json.put("moreEvents", more);
    }
    return json;
  }
}
