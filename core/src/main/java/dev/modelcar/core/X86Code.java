package dev.modelcar.core;

import java.io.ByteArrayOutputStream;

/**
 * Writes the few x86-64 instructions that {@link ShaExtensions} needs (Intel SDM, volume 2). Vector
 * registers are numbered 0 to 15; a memory operand is a general register and a displacement.
 */
final class X86Code {
  /** General registers by their numbers: the first arguments of the System V calling convention. */
  static final int RDI = 7;

  static final int RSI = 6;
  static final int RDX = 2;
  static final int RCX = 1;
  static final int R8 = 8;

  private static final int OPERAND_SIZE = 0x66;
  private static final int REPEAT = 0xF3;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  byte[] bytes() {
    return out.toByteArray();
  }

  int position() {
    return out.size();
  }

  // ---- moves ----

  /** MOVDQU xmm, [base + displacement]. */
  void load(int xmm, int base, int displacement) {
    memory(REPEAT, 0x6F, xmm, base, displacement);
  }

  /** MOVDQU [base + displacement], xmm. */
  void store(int base, int displacement, int xmm) {
    memory(REPEAT, 0x7F, xmm, base, displacement);
  }

  /** MOVDQA to, from. */
  void move(int to, int from) {
    registers(OPERAND_SIZE, to, from, 0x0F, 0x6F);
  }

  // ---- arithmetic ----

  /** PADDD to, from. */
  void add(int to, int from) {
    registers(OPERAND_SIZE, to, from, 0x0F, 0xFE);
  }

  /** PADDD xmm, [base + displacement]; the address must be a multiple of 16. */
  void addMemory(int xmm, int base, int displacement) {
    memory(OPERAND_SIZE, 0xFE, xmm, base, displacement);
  }

  /** PSHUFB to, mask. */
  void shuffleBytes(int to, int mask) {
    registers(OPERAND_SIZE, to, mask, 0x0F, 0x38, 0x00);
  }

  /** PSHUFD to, from, order. */
  void shuffleWords(int to, int from, int order) {
    registers(OPERAND_SIZE, to, from, 0x0F, 0x70);
    out.write(order);
  }

  /** PALIGNR to, from, bytes. */
  void align(int to, int from, int bytes) {
    registers(OPERAND_SIZE, to, from, 0x0F, 0x3A, 0x0F);
    out.write(bytes);
  }

  // ---- SHA extensions ----

  /** SHA256RNDS2 to, from; the words and constants are in register 0. */
  void rounds(int to, int from) {
    registers(0, to, from, 0x0F, 0x38, 0xCB);
  }

  /** SHA256MSG1 to, from. */
  void message1(int to, int from) {
    registers(0, to, from, 0x0F, 0x38, 0xCC);
  }

  /** SHA256MSG2 to, from. */
  void message2(int to, int from) {
    registers(0, to, from, 0x0F, 0x38, 0xCD);
  }

  // ---- control ----

  /** ADD register, value; for the lower eight registers and values below 128. */
  void addToRegister(int register, int value) {
    emit(0x48, 0x83, 0xC0 | register, value);
  }

  /** DEC register, then JNZ to a position before. */
  void decrementAndLoop(int register, int position) {
    emit(0x48, 0xFF, 0xC8 | register);
    int offset = position - (out.size() + 6);
    emit(0x0F, 0x85, offset, offset >> 8, offset >> 16, offset >> 24);
  }

  void ret() {
    emit(0xC3);
  }

  // ---- encoding ----

  private void registers(int prefix, int reg, int rm, int... opcode) {
    prefix(prefix, reg, rm);
    emit(opcode);
    emit(0xC0 | (reg & 7) << 3 | (rm & 7));
  }

  private void memory(int prefix, int opcode, int reg, int base, int displacement) {
    prefix(prefix, reg, base);
    emit(0x0F, opcode, 0x80 | (reg & 7) << 3 | (base & 7));
    emit(displacement, displacement >> 8, displacement >> 16, displacement >> 24);
  }

  /** The mandatory prefix, then REX for registers above seven. */
  private void prefix(int prefix, int reg, int rm) {
    if (prefix != 0) {
      emit(prefix);
    }
    int rex = 0x40 | (reg >> 3) << 2 | rm >> 3;
    if (rex != 0x40) {
      emit(rex);
    }
  }

  private void emit(int... bytes) {
    for (int b : bytes) {
      out.write(b);
    }
  }
}
