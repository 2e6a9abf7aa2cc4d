package dev.modelcar.sizing.vllm;

import dev.modelcar.sizing.model.Architecture;
import dev.modelcar.sizing.model.ElementType;
import dev.modelcar.sizing.model.LayerCache;
import dev.modelcar.sizing.vllm.CacheSpec.Kind;
import java.util.ArrayList;
import java.util.List;

/** What vLLM allocates for each layer of a model. */
final class CacheSpecs {
  private static final int USUAL_BLOCK = 16;

  /** FlashMLA's, which is the usual backend of MLA. */
  private static final int LATENT_BLOCK = 64;

  /** A token of DeepSeek-V3.2: 512 numbers of a byte, four scales, 64 numbers of two bytes. */
  private static final int SPARSE_LATENT = 656;

  /** A token of DeepSeek-V4: 448 numbers of a byte, 64 of two bytes, eight scales. */
  private static final int COMPRESSED_TOKEN = 584;

  private static final int COMPRESSED_ALIGNMENT = 576;
  private static final int COMPRESSED_BLOCK = 256;

  private final Architecture architecture;
  private final VllmSetup setup;
  private final boolean latent;
  private final boolean sparse;

  private CacheSpecs(Architecture architecture, VllmSetup setup) {
    this.architecture = architecture;
    this.setup = setup;
    this.latent = architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Latent);
    this.sparse = architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Indexer);
  }

  /** All layers' in their order, with those of a draft head at the end. */
  static List<CacheSpec> of(Architecture architecture, VllmSetup setup) {
    return new CacheSpecs(architecture, setup).read();
  }

  /** The type of the cache in vLLM's words, once {@code auto} is resolved. */
  static String dtype(Architecture architecture, VllmSetup setup) {
    boolean v4 = architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Compressed);
    boolean sparse = architecture.caches().stream().anyMatch(c -> c instanceof LayerCache.Indexer);
    String dtype = setup.kvDtype();
    if (dtype.equals("auto")) {
      dtype = architecture.kvDtype().map(ElementType::id).orElse(architecture.dtype().id());
    }
    return v4 || (sparse && dtype.startsWith("fp8")) ? "fp8_ds_mla" : dtype;
  }

  private List<CacheSpec> read() {
    List<LayerCache> caches = new ArrayList<>(architecture.caches());
    if (setup.speculation().hasLayer()) {
      int layers = setup.speculation().isDraftHead() ? Math.max(1, architecture.draftLayers()) : 1;
      for (int i = 0; i < layers; i++) {
        caches.add(
            caches.stream()
                .filter(cache -> cache instanceof LayerCache.Compressed)
                .map(cache -> (LayerCache.Compressed) cache)
                .findFirst()
                .<LayerCache>map(cache ->
                    new LayerCache.Compressed(
                        0, cache.headSize(), cache.window(), cache.indexSize()))
                .orElse(architecture.draft()));
      }
    }
    long states =
        caches.stream()
            .filter(cache -> cache instanceof LayerCache.State)
            .mapToLong(cache -> bytes((LayerCache.State) cache))
            .max()
            .orElse(0);
    long block = block(caches, states);
    List<CacheSpec> specs = new ArrayList<>();
    for (LayerCache cache : caches) {
      specs.addAll(spec(cache, block));
    }
    return specs;
  }

  /** Blocks of hybrid models are so long that a page of attention holds a state. */
  private long block(List<LayerCache> caches, long states) {
    int multiple = latent ? LATENT_BLOCK : USUAL_BLOCK;
    long block = setup.blockSize().orElse(multiple);
    long token =
        caches.stream()
            .mapToLong(cache ->
                switch (cache) {
                  case LayerCache.Full full ->
                      token(full.kvHeads(), full.keySize(), full.valueSize());
                  case LayerCache.Latent one -> latentToken(one);
                  default -> 0;
                })
            .max()
            .orElse(0);
    return states == 0 || token == 0
        ? block
        : Math.max(block, Math.ceilDiv(states, multiple * token) * multiple);
  }

  private List<CacheSpec> spec(LayerCache cache, long block) {
    return switch (cache) {
      case LayerCache.Full full ->
          List.of(
              new CacheSpec(
                  Kind.FULL,
                  label("full", full.kvHeads(), full.keySize(), full.valueSize()),
                  block,
                  block * token(full.kvHeads(), full.keySize(), full.valueSize()),
                  0));
      case LayerCache.Sliding sliding ->
          List.of(
              new CacheSpec(
                  Kind.SLIDING,
                  label("sliding", sliding.kvHeads(), sliding.keySize(), sliding.valueSize()),
                  block,
                  block * token(sliding.kvHeads(), sliding.keySize(), sliding.valueSize()),
                  sliding.window()));
      case LayerCache.Chunked chunked ->
          List.of(
              new CacheSpec(
                  Kind.CHUNKED,
                  label("chunked", chunked.kvHeads(), chunked.keySize(), chunked.valueSize()),
                  block,
                  block * token(chunked.kvHeads(), chunked.keySize(), chunked.valueSize()),
                  chunked.chunk()));
      case LayerCache.Latent one ->
          List.of(new CacheSpec(Kind.FULL, "latent", block, block * latentToken(one), 0));
      case LayerCache.Indexer indexer ->
          List.of(new CacheSpec(Kind.FULL, "indexer", block, block * indexer.bytesPerToken(), 0));
      case LayerCache.Cross cross ->
          List.of(
              new CacheSpec(
                  Kind.CROSS,
                  "cross",
                  block,
                  block * token(cross.kvHeads(), cross.size(), cross.size()),
                  cross.encoderTokens()));
      case LayerCache.State state ->
          List.of(new CacheSpec(Kind.STATE, state.name(), block, bytes(state), 0));
      case LayerCache.Compressed compressed -> compressed(compressed);
    };
  }

  private static String label(String kind, int heads, int key, int value) {
    return kind + " " + heads + " " + key + " " + value;
  }

  /** Bytes of keys and values of a token on one GPU; each has one head at least. */
  private long token(int kvHeads, int keySize, int valueSize) {
    long heads = Math.max(1, kvHeads / setup.tensorParallel());
    String dtype = dtype(architecture, setup);
    if (dtype.equals("nvfp4")) {
      return heads * (packed(keySize) + packed(valueSize));
    }
    long scales = dtype.endsWith("_per_token_head") ? 2 * Float.BYTES : 0;
    return heads * ((long) (keySize + valueSize) * elementBytes(dtype) + scales);
  }

  /** Two numbers in a byte, and a scale of a byte for sixteen of them. */
  private static int packed(int size) {
    return size / 2 + size / 16;
  }

  private long latentToken(LayerCache.Latent one) {
    String dtype = dtype(architecture, setup);
    return sparse && dtype.equals("fp8_ds_mla")
        ? SPARSE_LATENT
        : (long) one.size() * elementBytes(dtype);
  }

  private static int elementBytes(String dtype) {
    return dtype.startsWith("fp8") || dtype.startsWith("int8")
        ? 1
        : ElementType.of(dtype).orElse(ElementType.BFLOAT16).bytes();
  }

  private long bytes(LayerCache.State state) {
    int gpus = setup.tensorParallel();
    int groups = state.groups() % gpus == 0 || state.groups() == 0 ? state.groups() : gpus;
    long channels = (state.channels() + 2L * groups * state.groupWidth()) / gpus;
    int taps =
        state.taps() == 0 || state.recurrent() == 0
            ? state.taps()
            : state.taps() + setup.speculation().tokens();
    return channels * taps * state.convolutionType().bytes()
        + state.recurrent() / gpus * state.recurrentType().bytes();
  }

  /** DeepSeek-V4: a window of tokens, compressed ones, and what is not compressed yet. */
  private static List<CacheSpec> compressed(LayerCache.Compressed layer) {
    List<CacheSpec> specs = new ArrayList<>();
    specs.add(
        new CacheSpec(
            Kind.SLIDING,
            "window",
            LATENT_BLOCK,
            aligned(LATENT_BLOCK * COMPRESSED_TOKEN),
            layer.window()));
    int ratio = layer.ratio();
    if (ratio == 0) {
      return specs;
    }
    specs.add(full("compressed by " + ratio, COMPRESSED_BLOCK / ratio * COMPRESSED_TOKEN));
    // With overlap, twice the tokens are kept; each has a value and a score in four bytes.
    boolean overlaps = ratio == 4;
    int width = (overlaps ? 4 : 2) * Float.BYTES;
    int block = overlaps ? 4 : 8;
    int reach = overlaps ? 2 * ratio : ratio;
    specs.add(
        new CacheSpec(
            Kind.SLIDING,
            "pending by " + ratio,
            block,
            aligned(block * width * layer.headSize()),
            reach));
    if (overlaps) {
      specs.add(full("indexer", COMPRESSED_BLOCK / ratio * (layer.indexSize() + Float.BYTES)));
      specs.add(
          new CacheSpec(
              Kind.SLIDING,
              "pending indexer",
              block,
              aligned(block * width * layer.indexSize()),
              reach));
    }
    return specs;
  }

  private static CacheSpec full(String label, int bytes) {
    return new CacheSpec(Kind.FULL, label, COMPRESSED_BLOCK, aligned(bytes), 0);
  }

  private static long aligned(int bytes) {
    return (long) Math.ceilDiv(bytes, COMPRESSED_ALIGNMENT) * COMPRESSED_ALIGNMENT;
  }
}
