package dev.modelcar.cli.views;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Asks the system for the size of the terminal behind standard error, as {@code stty} does. */
final class TerminalSize {
  /** {@code TIOCGWINSZ} of Linux. */
  private static final long GET_WINDOW_SIZE = 0x5413;

  private static final int STANDARD_ERROR = 2;

  /** {@code struct winsize}: rows, columns, and twice pixels, each a short. */
  private static final long STRUCT_SIZE = 8;

  private static final long COLUMNS_OFFSET = 2;

  private static final Optional<MethodHandle> IOCTL = ioctl();

  private TerminalSize() {}

  @SuppressWarnings("restricted")
  private static Optional<MethodHandle> ioctl() {
    if (!System.getProperty("os.name", "").equals("Linux")) {
      return Optional.empty();
    }
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find("ioctl")
          .map(function ->
              linker.downcallHandle(
                  function,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_INT,
                      ValueLayout.JAVA_LONG,
                      ValueLayout.ADDRESS),
                  Linker.Option.firstVariadicArg(2)));
    } catch (UnsupportedOperationException | IllegalCallerException e) {
      return Optional.empty();
    }
  }

  /** The columns; 0 if unknown. */
  static int columns() {
    return field(COLUMNS_OFFSET);
  }

  /** The rows; 0 if unknown. */
  static int rows() {
    return field(0);
  }

  private static int field(long offset) {
    if (IOCTL.isEmpty()) {
      return 0;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment size = arena.allocate(STRUCT_SIZE);
      int result = (int) IOCTL.get().invokeExact(STANDARD_ERROR, GET_WINDOW_SIZE, size);
      return result == 0 ? Short.toUnsignedInt(size.get(ValueLayout.JAVA_SHORT, offset)) : 0;
    } catch (Throwable e) {
      return 0;
    }
  }
}
