package dev.modelcar.packaging;

import static dev.modelcar.http.HttpError.NETWORK_BROKEN;
import static dev.modelcar.http.HttpError.NETWORK_STALLED;
import static dev.modelcar.oci.OciError.IMAGE_NOT_FOUND;
import static dev.modelcar.oci.OciError.REGISTRY_CONTENT_MISMATCH;
import static dev.modelcar.oci.OciError.REGISTRY_DENIED;
import static dev.modelcar.oci.OciError.REGISTRY_PROTOCOL;
import static dev.modelcar.oci.OciError.REGISTRY_RATE_LIMITED;
import static dev.modelcar.oci.OciError.REGISTRY_REPOSITORY_NOT_FOUND;
import static dev.modelcar.oci.OciError.REGISTRY_TOO_LARGE;
import static dev.modelcar.oci.OciError.REGISTRY_UNAUTHORIZED;
import static dev.modelcar.oci.OciError.REGISTRY_UNAVAILABLE;
import static dev.modelcar.oci.OciError.REGISTRY_UPLOAD_LOST;
import static dev.modelcar.source.SourceError.HUB_ENTRY_NOT_FOUND;
import static dev.modelcar.source.SourceError.HUB_PROTOCOL;
import static dev.modelcar.source.SourceError.HUB_RATE_LIMITED;
import static dev.modelcar.source.SourceError.HUB_REPOSITORY_HIDDEN;
import static dev.modelcar.source.SourceError.HUB_REPOSITORY_NOT_FOUND;
import static dev.modelcar.source.SourceError.HUB_UNAVAILABLE;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.testkit.fault.Fault;
import dev.modelcar.testkit.fault.When;
import dev.modelcar.testkit.server.Headers;
import java.util.List;

/**
 * What can happen to any request.
 *
 * @param passes whether one such fault must not be the end
 * @param names what it may be called in the end; nothing if it must succeed however often it
 *     happens
 */
record Trouble(String name, Fault fault, boolean passes, List<ErrorCode> names) {
  private static final List<ErrorCode> BREAKS =
      List.of(NETWORK_BROKEN, REGISTRY_UPLOAD_LOST, HUB_UNAVAILABLE, REGISTRY_PROTOCOL);
  private static final List<ErrorCode> UNAVAILABLE =
      List.of(REGISTRY_UNAVAILABLE, HUB_UNAVAILABLE, REGISTRY_UPLOAD_LOST);

  /** All that is tried. */
  static final List<Trouble> ALL =
      List.of(
          new Trouble("reset before body", new Fault.Reset(When.BEFORE_BODY, 0), true, BREAKS),
          new Trouble("reset in body", new Fault.Reset(When.IN_BODY, 300_000), true, BREAKS),
          new Trouble("reset after body", new Fault.Reset(When.AFTER_BODY, 0), true, BREAKS),
          new Trouble("reset in answer", new Fault.Reset(When.IN_ANSWER, 9), true, BREAKS),
          new Trouble("drop before body", new Fault.Drop(When.BEFORE_BODY, 0), true, BREAKS),
          new Trouble("drop in body", new Fault.Drop(When.IN_BODY, 300_000), true, BREAKS),
          new Trouble("drop after body", new Fault.Drop(When.AFTER_BODY, 0), true, BREAKS),
          new Trouble("status line cut", new Fault.Drop(When.IN_HEAD, 14), true, BREAKS),
          new Trouble("head cut early", new Fault.Drop(When.IN_HEAD, 60), true, BREAKS),
          new Trouble("head cut late", new Fault.Drop(When.IN_HEAD, 1 << 20), true, BREAKS),
          new Trouble("truncated", new Fault.Truncate(7), true, BREAKS),
          new Trouble("garbage", new Fault.Garbage(), true, BREAKS),
          new Trouble(
              "silent before body",
              new Fault.Hang(When.BEFORE_BODY, 0),
              true,
              List.of(NETWORK_STALLED)),
          new Trouble(
              "silent in body",
              new Fault.Hang(When.IN_BODY, 300_000),
              true,
              List.of(NETWORK_STALLED, REGISTRY_UPLOAD_LOST)),
          new Trouble(
              "silent after body",
              new Fault.Hang(When.AFTER_BODY, 0),
              true,
              List.of(NETWORK_STALLED)),
          new Trouble(
              "silent in answer",
              new Fault.Hang(When.IN_ANSWER, 5),
              true,
              List.of(NETWORK_STALLED)),
          new Trouble("slow drip", new Fault.Trickle(400_000), true, List.of()),
          new Trouble(
              "status 401",
              Fault.status(401),
              false,
              List.of(
                  REGISTRY_UNAUTHORIZED,
                  REGISTRY_PROTOCOL,
                  HUB_REPOSITORY_HIDDEN,
                  HUB_UNAVAILABLE)),
          new Trouble(
              "status 403",
              Fault.status(403),
              false,
              List.of(REGISTRY_DENIED, REGISTRY_PROTOCOL, HUB_REPOSITORY_HIDDEN, HUB_UNAVAILABLE)),
          new Trouble(
              "status 404",
              Fault.status(404),
              false,
              List.of(
                  REGISTRY_REPOSITORY_NOT_FOUND,
                  REGISTRY_PROTOCOL,
                  REGISTRY_UPLOAD_LOST,
                  REGISTRY_CONTENT_MISMATCH,
                  IMAGE_NOT_FOUND,
                  HUB_ENTRY_NOT_FOUND,
                  HUB_REPOSITORY_NOT_FOUND,
                  HUB_UNAVAILABLE)),
          new Trouble("status 408", Fault.status(408), true, UNAVAILABLE),
          new Trouble(
              "status 413",
              Fault.status(413),
              false,
              List.of(REGISTRY_TOO_LARGE, REGISTRY_PROTOCOL, HUB_PROTOCOL, HUB_UNAVAILABLE)),
          new Trouble(
              "status 416",
              Fault.status(416),
              false,
              List.of(REGISTRY_PROTOCOL, REGISTRY_UPLOAD_LOST, HUB_PROTOCOL, HUB_UNAVAILABLE)),
          new Trouble(
              "status 429",
              Fault.status(429),
              true,
              List.of(REGISTRY_RATE_LIMITED, HUB_RATE_LIMITED)),
          new Trouble(
              "status 429 with time",
              Fault.tooManyRequests(0),
              true,
              List.of(REGISTRY_RATE_LIMITED, HUB_RATE_LIMITED)),
          new Trouble(
              "page with 429",
              new Fault.Html(429),
              true,
              List.of(REGISTRY_RATE_LIMITED, HUB_RATE_LIMITED)),
          new Trouble("page with 408", new Fault.Html(408), true, UNAVAILABLE),
          new Trouble("status 500", Fault.status(500), true, UNAVAILABLE),
          new Trouble("status 502", new Fault.Html(502), true, UNAVAILABLE),
          new Trouble("status 503", Fault.status(503), true, UNAVAILABLE),
          new Trouble("status 504", Fault.status(504), true, UNAVAILABLE),
          new Trouble(
              "hidden 504", new Fault.Hidden(504, Headers.none(), "too late"), true, UNAVAILABLE),
          new Trouble(
              "page of html",
              new Fault.Html(200),
              true,
              List.of(
                  REGISTRY_PROTOCOL, REGISTRY_CONTENT_MISMATCH, HUB_PROTOCOL, IMAGE_NOT_FOUND)));

  @Override
  public String toString() {
    return name;
  }
}
