package dev.modelcar.sizing.vllm;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How vLLM is started.
 *
 * @param tensorParallel GPUs among which each layer is divided
 * @param contextParallel of these, among how many the tokens of a request are divided (DCP)
 * @param context the longest request in tokens
 * @param batchedTokens that one step processes at most
 * @param sequences that run at once at most
 * @param kvDtype of the cache, as vLLM's option takes it; {@code auto}: the model's
 * @param blockSize tokens of a block, if it was set
 * @param prefixCaching whether finished blocks are kept for later requests
 */
public record VllmSetup(
    VllmVersion version,
    int tensorParallel,
    int contextParallel,
    long context,
    int batchedTokens,
    int sequences,
    String kvDtype,
    OptionalInt blockSize,
    Speculation speculation,
    boolean prefixCaching) {

  /** The values of {@code --kv-cache-dtype} that are known here. */
  public static final List<String> KV_DTYPES =
      List.of(
          "auto",
          "bfloat16",
          "float16",
          "fp8",
          "fp8_e4m3",
          "fp8_e5m2",
          "fp8_ds_mla",
          "nvfp4",
          "int8_per_token_head",
          "fp8_per_token_head");

  /**
   * Speculative decoding.
   *
   * @param method {@code mtp}, {@code eagle}, {@code eagle3} or {@code ngram}; empty: none
   * @param tokens that are drafted at a time
   */
  public record Speculation(String method, int tokens) {
    public static final Speculation NONE = new Speculation("", 0);

    private static final Pattern TEXT =
        Pattern.compile("(mtp|eagle3?|ngram)(?::(\\d{1,2}))?", Pattern.CASE_INSENSITIVE);

    /** Reads {@code mtp}, {@code eagle:3} and the like. */
    public static Optional<Speculation> parse(String text) {
      Matcher matcher = TEXT.matcher(text.strip());
      if (!matcher.matches()) {
        return Optional.empty();
      }
      String count = matcher.group(2);
      String method = matcher.group(1).toLowerCase(Locale.ROOT);
      int tokens = count == null ? (method.equals("mtp") ? 1 : 3) : Integer.parseInt(count);
      return tokens < 1 ? Optional.empty() : Optional.of(new Speculation(method, tokens));
    }

    public boolean isDraftHead() {
      return method.equals("mtp");
    }

    /** Whether a head with a layer of its own drafts, which keeps keys and values. */
    boolean hasLayer() {
      return isDraftHead() || method.startsWith("eagle");
    }
  }

  VllmSetup with(long otherContext) {
    return new VllmSetup(
        version,
        tensorParallel,
        contextParallel,
        otherContext,
        batchedTokens,
        sequences,
        kvDtype,
        blockSize,
        speculation,
        prefixCaching);
  }

  /** Tokens that are scheduled and whose blocks are not free yet. */
  long inFlight() {
    return (long) batchedTokens * version.batchesInFlight();
  }
}
