package dev.modelcar.testkit.fault;

import dev.modelcar.testkit.net.Pace;
import dev.modelcar.testkit.server.Call;
import dev.modelcar.testkit.server.Ending;
import dev.modelcar.testkit.server.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Brings faults about. */
public final class FaultInjector {
  private static final byte[] NOT_HTTP =
      "SSH-2.0-OpenSSH_9.2p1\r\n".getBytes(StandardCharsets.US_ASCII);

  private FaultInjector() {}

  /**
   * Does what a fault says, or prepares it.
   *
   * @return whether the request is done with; if not, the server handles it as always, and the
   *     fault happens on the way or is the server's own business
   */
  public static boolean inject(Call call, Fault fault) throws IOException {
    return switch (fault) {
      case Fault.Status status -> {
        call.respond(status.code(), status.headers(), utf8(status.body()));
        yield true;
      }
      case Fault.Hidden hidden -> {
        call.replaceAnswer(hidden.code(), hidden.headers(), utf8(hidden.body()));
        yield false;
      }
      case Fault.Reset reset -> end(call, Ending.RESET, reset.when(), reset.afterBytes());
      case Fault.Drop drop -> end(call, Ending.DROP, drop.when(), drop.afterBytes());
      case Fault.Hang hang -> end(call, Ending.HANG, hang.when(), hang.afterBytes());
      case Fault.Truncate truncate -> end(call, Ending.DROP, When.IN_ANSWER, truncate.afterBytes());
      case Fault.Trickle trickle -> {
        call.paceAnswer(Pace.bytesPerSecond(trickle.bytesPerSecond()));
        yield false;
      }
      case Fault.Late late -> {
        call.delayAnswer(late.after());
        yield false;
      }
      case Fault.Html html -> {
        Headers headers = Headers.of("Server", "nginx", "Content-Type", "text/html");
        call.respond(html.status(), headers, utf8(page(html.status())));
        yield true;
      }
      case Fault.Garbage() -> {
        call.raw(NOT_HTTP);
        yield true;
      }
      case Fault.RangeIgnored(),
          Fault.WrongContentRange(),
          Fault.NoContentRange _,
          Fault.GzipBody() ->
          false;
      case Fault.FlippedByte flipped -> false;
      case Fault.OfServer own -> false;
    };
  }

  private static boolean end(Call call, Ending ending, When when, long afterBytes) {
    switch (when) {
      case BEFORE_BODY -> call.end(ending);
      case IN_BODY -> call.interruptBody(afterBytes, ending);
      case AFTER_BODY -> call.loseAnswer(ending, 0);
      case IN_HEAD -> call.loseAnswer(ending, afterBytes);
      case IN_ANSWER -> call.interruptAnswer(afterBytes, ending);
    }
    return when == When.BEFORE_BODY;
  }

  private static String page(int status) {
    return """
    <html>
    <head><title>%1$d</title></head>
    <body>
    <center><h1>%1$d</h1></center>
    <hr><center>nginx</center>
    </body>
    </html>
    """
        .formatted(status);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
