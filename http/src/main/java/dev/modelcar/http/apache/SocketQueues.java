package dev.modelcar.http.apache;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * How many bytes the kernel holds that a peer has not acknowledged, from Linux's table of sockets
 * (proc(5), {@code tx_queue}). Elsewhere nothing is known.
 */
record SocketQueues(List<Path> tables) {
  static SocketQueues ofThisProcess() {
    return new SocketQueues(List.of(Path.of("/proc/self/net/tcp"), Path.of("/proc/self/net/tcp6")));
  }

  /** Bytes sent but not acknowledged on the connection between two ports; -1 if not known. */
  long unsent(int localPort, int remotePort) {
    if (localPort == 0) {
      return -1;
    }
    String local = String.format(Locale.ROOT, ":%04X", localPort);
    String remote = String.format(Locale.ROOT, ":%04X", remotePort);
    for (Path table : tables) {
      try (BufferedReader reader = Files.newBufferedReader(table, StandardCharsets.US_ASCII)) {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          // sl local_address remote_address st tx_queue:rx_queue ...
          String[] columns = line.strip().split("\\s+", 6);
          if (columns.length > 5 && columns[1].endsWith(local) && columns[2].endsWith(remote)) {
            return Long.parseLong(columns[4].substring(0, columns[4].indexOf(':')), 16);
          }
        }
      } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
        return -1;
      }
    }
    return -1;
  }
}
