package dev.modelcar.core;

import java.io.IOException;
import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * SHA-256 of one stream of bytes for two digests at once, on the processor's SHA instructions.
 *
 * <p>A layer and the file in it are hashed over the same bytes. One digest leaves the unit that
 * computes rounds idle half of the time, because each round waits for the one before; the second
 * digest fills these gaps and shares the message schedule, so that both together cost what one
 * does. The JDK has no such function, so the instructions are put together here, once in a process,
 * checked against the JDK's digest, and used only if they agree. Where there are no such
 * instructions, or the system does not let them be called, {@link Sha256} uses the JDK's digest
 * alone.
 */
final class ShaExtensions {
  private static final int BLOCK = 64;
  private static final int VECTOR = 16;
  private static final int MASK_AT = 256;

  // Protection bits and flags of mmap(2) and mprotect(2) on Linux for x86-64.
  private static final int READ_WRITE = 3;
  private static final int READ_EXECUTE = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;

  /** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
  private static final int[] CONSTANTS = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
  };

  /** Which byte of a word goes where: SHA-256 reads words with the most significant byte first. */
  private static final int[] BYTE_ORDER = {0x00010203, 0x04050607, 0x08090a0b, 0x0c0d0e0f};

  /** Where the words a to h of a state stand in the order that the instructions want. */
  private static final int[] ORDER = {3, 2, 7, 6, 1, 0, 5, 4};

  private static final int[] INITIAL = {
    0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19
  };

  private static final Holder HOLDER = new Holder();

  private final MethodHandle function;
  private final MemorySegment constants;

  /** Made when first asked for: linking costs some tens of milliseconds. */
  private static final class Holder {
    private volatile Optional<Optional<ShaExtensions>> made = Optional.empty();

    synchronized Optional<ShaExtensions> get() {
      if (made.isEmpty()) {
        made = Optional.of(tryMake());
      }
      return made.get();
    }
  }

  private ShaExtensions(MethodHandle function, MemorySegment constants) {
    this.function = function;
    this.constants = constants;
  }

  /** The instructions, where they are there and give the right digests. */
  static Optional<ShaExtensions> get() {
    return HOLDER.get();
  }

  /** The state before the first block, in the order of the instructions. */
  static int[] initialState() {
    return ordered(INITIAL);
  }

  /** From the order a to h to that of the instructions. */
  static int[] ordered(int[] words) {
    int[] state = new int[8];
    for (int i = 0; i < 8; i++) {
      state[ORDER[i]] = words[i];
    }
    return state;
  }

  /** From the order of the instructions to a to h. */
  static int[] words(int[] state) {
    int[] words = new int[8];
    for (int i = 0; i < 8; i++) {
      words[i] = state[ORDER[i]];
    }
    return words;
  }

  /** Takes whole blocks into two states. */
  void compress(int[] first, int[] second, byte[] bytes, int offset, int blocks) {
    try {
      function.invokeExact(
          MemorySegment.ofArray(first),
          MemorySegment.ofArray(second),
          MemorySegment.ofArray(bytes).asSlice(offset, (long) blocks * BLOCK),
          (long) blocks,
          constants);
    } catch (Throwable e) {
      throw new IllegalStateException("machine code does not throw", e);
    }
  }

  // ---- making ----

  private static Optional<ShaExtensions> tryMake() {
    if (!isSupported()) {
      return Optional.empty();
    }
    try {
      ShaExtensions extensions = make();
      return extensions.works() ? Optional.of(extensions) : Optional.empty();
    } catch (Throwable e) {
      // Whatever forbids it (no native access, no executable memory): the JDK's digest is there.
      return Optional.empty();
    }
  }

  private static boolean isSupported() {
    String os = System.getProperty("os.name", "");
    String processor = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    if (!os.equals("Linux") || !(processor.equals("amd64") || processor.equals("x86_64"))) {
      return false;
    }
    try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> List.of(line.split("\\s+")))
          .filter(flags -> flags.containsAll(List.of("sha_ni", "ssse3", "sse4_1")))
          .isPresent();
    } catch (IOException e) {
      return false;
    }
  }

  @SuppressWarnings("restricted") // this class exists to call machine code
  private static ShaExtensions make() throws Throwable {
    Linker linker = Linker.nativeLinker();
    AddressLayout pointer = ValueLayout.ADDRESS;
    ValueLayout.OfLong size = ValueLayout.JAVA_LONG;
    ValueLayout.OfInt number = ValueLayout.JAVA_INT;
    MethodHandle mmap =
        linker.downcallHandle(
            linker.defaultLookup().find("mmap").orElseThrow(),
            FunctionDescriptor.of(pointer, pointer, size, number, number, number, size));
    MethodHandle mprotect =
        linker.downcallHandle(
            linker.defaultLookup().find("mprotect").orElseThrow(),
            FunctionDescriptor.of(number, pointer, size, number));
    byte[] code = code();
    MemorySegment memory =
        (MemorySegment)
            mmap.invokeExact(
                MemorySegment.NULL, (long) code.length, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0L);
    if (memory.address() == -1) {
      throw new IOException("no memory");
    }
    MemorySegment page = memory.reinterpret(code.length);
    MemorySegment.copy(code, 0, page, ValueLayout.JAVA_BYTE, 0, code.length);
    if ((int) mprotect.invokeExact(page, (long) code.length, READ_EXECUTE) != 0) {
      throw new IOException("memory may not be executed");
    }
    MemorySegment constants = Arena.global().allocate(MASK_AT + VECTOR, VECTOR);
    MemorySegment.copy(CONSTANTS, 0, constants, ValueLayout.JAVA_INT, 0, CONSTANTS.length);
    MemorySegment.copy(BYTE_ORDER, 0, constants, ValueLayout.JAVA_INT, MASK_AT, 4);
    MethodHandle function =
        linker.downcallHandle(
            page,
            FunctionDescriptor.ofVoid(pointer, pointer, pointer, size, pointer),
            // Arrays are passed as they are, without a copy; a call takes a fraction of a
            // millisecond.
            Linker.Option.critical(true));
    return new ShaExtensions(function, constants);
  }

  /**
   * The function: states in rdi and rsi, bytes in rdx, the number of blocks in rcx, constants in
   * r8.
   */
  private static byte[] code() {
    int[] first = {1, 2};
    int[] second = {3, 4};
    int[] words = {5, 6, 7, 8};
    int mask = 9;
    int[] before = {10, 11, 12, 13};
    int scratch = 14;
    X86Code code = new X86Code();
    for (int i = 0; i < 2; i++) {
      code.load(first[i], X86Code.RDI, VECTOR * i);
      code.load(second[i], X86Code.RSI, VECTOR * i);
    }
    code.load(mask, X86Code.R8, MASK_AT);
    int loop = code.position();
    for (int i = 0; i < 2; i++) {
      code.move(before[i], first[i]);
      code.move(before[2 + i], second[i]);
    }
    for (int step = 0; step < 16; step++) {
      int word = words[step & 3];
      if (step < 4) {
        code.load(word, X86Code.RDX, VECTOR * step);
        code.shuffleBytes(word, mask);
      } else {
        int last = words[(step + 3) & 3];
        code.message1(word, words[(step + 1) & 3]);
        code.move(scratch, last);
        code.align(scratch, words[(step + 2) & 3], 4);
        code.add(word, scratch);
        code.message2(word, last);
      }
      code.move(0, word);
      code.addMemory(0, X86Code.R8, VECTOR * step);
      code.rounds(first[1], first[0]);
      code.rounds(second[1], second[0]);
      code.shuffleWords(0, 0, 0x0E);
      code.rounds(first[0], first[1]);
      code.rounds(second[0], second[1]);
    }
    for (int i = 0; i < 2; i++) {
      code.add(first[i], before[i]);
      code.add(second[i], before[2 + i]);
    }
    code.addToRegister(X86Code.RDX, BLOCK);
    code.decrementAndLoop(X86Code.RCX, loop);
    for (int i = 0; i < 2; i++) {
      code.store(X86Code.RDI, VECTOR * i, first[i]);
      code.store(X86Code.RSI, VECTOR * i, second[i]);
    }
    code.ret();
    return code.bytes();
  }

  /** Hashes some blocks both ways, from different states. */
  private boolean works() {
    byte[] bytes = new byte[BLOCK * 17];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i * 131 + (i >> 3));
    }
    Sha256 first = Sha256.over(this);
    Sha256 second = Sha256.over(this);
    first.update(bytes, 0, 64);
    Sha256.updateBoth(first, second, bytes, 64, bytes.length - 64);
    byte[] rest = Arrays.copyOfRange(bytes, 64, bytes.length);
    return first.digest().equals(Sha256.of(bytes)) && second.digest().equals(Sha256.of(rest));
  }
}
