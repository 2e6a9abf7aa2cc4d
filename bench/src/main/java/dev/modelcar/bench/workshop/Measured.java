package dev.modelcar.bench.workshop;

/**
 * What a process took, with all that it started.
 *
 * @param wall seconds
 * @param cpu seconds, in user and kernel mode
 * @param peakMemory the most resident bytes; of the process alone
 * @param written bytes that it let go to disks; of the process alone
 * @param output what it wrote
 */
public record Measured(double wall, double cpu, long peakMemory, long written, String output) {
  public Measured best(Measured other) {
    return new Measured(
        Math.min(wall, other.wall),
        Math.min(cpu, other.cpu),
        Math.max(peakMemory, other.peakMemory),
        Math.max(written, other.written),
        other.output);
  }
}
