package dev.modelcar.sizing.vllm;

/**
 * What vLLM allocates for one layer: pages, one for each block of tokens or for each state.
 *
 * @param kind which layers may share a block table
 * @param label of layers that are alike in all respects
 * @param blockTokens tokens of a block
 * @param pageBytes of a page, with what it is padded to
 * @param reach the window, chunk or encoder length in tokens; 0 where there is none
 */
record CacheSpec(Kind kind, String label, long blockTokens, long pageBytes, long reach) {
  enum Kind {
    FULL("full attention"),
    SLIDING("sliding window"),
    CHUNKED("chunked attention"),
    STATE("state"),
    CROSS("cross attention");

    private final String text;

    Kind(String text) {
      this.text = text;
    }

    @Override
    public String toString() {
      return text;
    }
  }

  /** How many blocks a request of the longest kind holds at most. */
  long blocks(VllmSetup setup) {
    long context = setup.context();
    return switch (kind) {
      case FULL -> Math.ceilDiv(Math.ceilDiv(context, setup.contextParallel()), blockTokens);
      // A window need not start where a block does.
      case SLIDING ->
          Math.ceilDiv(Math.min(reach - 1 + setup.inFlight(), context), blockTokens) + 1;
      case CHUNKED -> Math.ceilDiv(Math.min(reach + setup.inFlight(), context), blockTokens);
      case STATE -> (setup.prefixCaching() ? 2 : 1) + setup.speculation().tokens();
      case CROSS -> Math.ceilDiv(reach, blockTokens);
    };
  }

  boolean grows() {
    return kind == Kind.FULL;
  }

  /** Whether one more token takes more: a window that holds the longest request never slides. */
  boolean growsIn(VllmSetup setup) {
    return grows() || ((kind == Kind.SLIDING || kind == Kind.CHUNKED) && reach >= setup.context());
  }

  /** The same for layers that share blocks with larger pages. */
  CacheSpec withPage(long page) {
    boolean scales = kind != Kind.STATE && page % pageBytes == 0;
    return new CacheSpec(
        kind, label, scales ? blockTokens * (page / pageBytes) : blockTokens, page, reach);
  }

  CacheSpec padded(long page) {
    return new CacheSpec(kind, label, blockTokens, page, reach);
  }

  /** Kept for all tokens, where windows have no block tables of their own. */
  CacheSpec asFull() {
    boolean local = kind == Kind.SLIDING || kind == Kind.CHUNKED;
    return local ? new CacheSpec(Kind.FULL, "full", blockTokens, pageBytes, 0) : this;
  }
}
