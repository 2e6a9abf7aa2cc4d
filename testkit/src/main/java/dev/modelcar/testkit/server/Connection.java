package dev.modelcar.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** One peer's connection and the loop that serves its requests. */
final class Connection {
  /**
   * A longer rest of a body is not worth reading: the connection is closed, as Go's server does.
   */
  static final long MOST_DRAINED = 256 << 10;

  /**
   * How long a connection with unread bytes stays half open, so that the peer can read the answer
   * before the reset that closing such a connection causes.
   */
  private static final Duration RESET_DELAY = Duration.ofMillis(500);

  /** A dropped connection reads on for so long, so that the peer sees a FIN and not a reset. */
  private static final long MOST_READ_AFTER_DROP = 8 << 20;

  private final long number;
  private final Socket raw;
  private final Optional<SSLContext> tls;
  private final Handler handler;
  private final Consumer<Throwable> failures;
  private final CountDownLatch cut = new CountDownLatch(1);
  private OutputStream output = OutputStream.nullOutputStream();
  private boolean over;

  Connection(
      long number,
      Socket raw,
      Optional<SSLContext> tls,
      Handler handler,
      Consumer<Throwable> failures) {
    this.number = number;
    this.raw = raw;
    this.tls = tls;
    this.handler = handler;
    this.failures = failures;
  }

  long number() {
    return number;
  }

  OutputStream output() {
    return output;
  }

  void send(String text) throws IOException {
    output.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  /** Closes the connection from outside. */
  void cut() {
    cut.countDown();
    closeQuietly();
  }

  /** Serves requests until one side has had enough. */
  void run() {
    try {
      raw.setTcpNoDelay(true);
      Socket socket = tls.isPresent() ? secured(tls.get()) : raw;
      output = socket.getOutputStream();
      SocketInput requests = new SocketInput(socket.getInputStream());
      boolean more = true;
      while (more) {
        more = serveNext(requests);
      }
    } catch (IOException e) {
      // The peer left, or the handler gave up on it: either way nothing is left to say.
    } finally {
      closeQuietly();
    }
  }

  private SSLSocket secured(SSLContext context) throws IOException {
    SSLSocket socket =
        (SSLSocket)
            context
                .getSocketFactory()
                .createSocket(raw, raw.getInetAddress().getHostAddress(), raw.getPort(), true);
    socket.setUseClientMode(false);
    // As most servers: the first suite that the client names.
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setUseCipherSuitesOrder(false);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }

  private boolean serveNext(SocketInput requests) throws IOException {
    Optional<RequestHead> head;
    try {
      head = RequestHead.read(requests);
    } catch (BadRequestException e) {
      refuse(e);
      return false;
    }
    if (head.isEmpty()) {
      return false;
    }
    Call call = new Call(this, head.get(), requests);
    handle(call);
    if (over) {
      return false;
    }
    if (!call.answer().finish()) {
      lingerIfUnread(call.bodyStream());
      return false;
    }
    return drain(call.bodyStream());
  }

  private void handle(Call call) throws IOException {
    try {
      handler.handle(call);
      if (!over && !call.isAnswered()) {
        throw new IllegalStateException("no answer to " + call.method() + " " + call.path());
      }
    } catch (BadRequestException e) {
      if (!call.isAnswered()) {
        refuse(e);
      }
      throw e;
    } catch (RuntimeException e) {
      failures.accept(e);
      if (over || call.isAnswered()) {
        throw new IOException("the handler failed", e);
      }
      call.closeAfter();
      call.respond(500, Headers.none(), e.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void refuse(BadRequestException e) throws IOException {
    byte[] text = (e.getMessage() + "\n").getBytes(StandardCharsets.UTF_8);
    Answer answer = new Answer(this, false);
    answer.closeAfter();
    answer.send(e.status(), Headers.none(), text);
    raw.shutdownOutput();
    pause(RESET_DELAY);
  }

  private static boolean drain(BodyStream body) throws IOException {
    byte[] waste = new byte[16 << 10];
    long drained = 0;
    while (!body.isEnded() && drained <= MOST_DRAINED) {
      drained += Math.max(0, body.read(waste, 0, waste.length));
    }
    return body.isEnded();
  }

  private void lingerIfUnread(BodyStream body) throws IOException {
    if (!body.isEnded()) {
      raw.shutdownOutput();
      pause(RESET_DELAY);
    }
  }

  /** Waits for so long, or until the connection is cut. */
  void pause(Duration duration) {
    try {
      if (cut.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
        closeQuietly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Notes that no further request can be served here. */
  void endAfterHandler() {
    over = true;
  }

  /** Ends the connection and gives the exception that tells the handler so. */
  ConnectionEndedException end(Ending ending) {
    endNow(ending);
    return new ConnectionEndedException(ending);
  }

  void endNow(Ending ending) {
    over = true;
    try {
      switch (ending) {
        case RESET -> raw.setSoLinger(true, 0);
        case DROP -> dropGently();
        case HANG -> hang();
      }
    } catch (IOException e) {
      // It is gone already, which is what was wanted.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    closeQuietly();
  }

  private void dropGently() throws IOException {
    raw.shutdownOutput();
    raw.setSoTimeout((int) RESET_DELAY.toMillis());
    byte[] waste = new byte[64 << 10];
    try {
      long left = MOST_READ_AFTER_DROP;
      for (int got = 0; got >= 0 && left > 0; left -= got) {
        got = raw.getInputStream().read(waste);
      }
    } catch (SocketTimeoutException e) {
      // The peer has nothing more to say; it has had time to see the FIN.
    }
  }

  private void hang() throws InterruptedException, IOException {
    // Unread bytes must stay unread, or a sender would see progress; so only a silent peer that
    // has sent everything can be watched for leaving.
    if (raw.getInputStream().available() == 0) {
      Thread.startVirtualThread(this::watchForLeaving);
    }
    cut.await();
  }

  private void watchForLeaving() {
    try {
      if (raw.getInputStream().read() < 0) {
        cut.countDown();
      }
    } catch (IOException e) {
      cut.countDown();
    }
  }

  private void closeQuietly() {
    try {
      raw.close();
    } catch (IOException e) {
      // Closing is all that could be done.
    }
  }
}
