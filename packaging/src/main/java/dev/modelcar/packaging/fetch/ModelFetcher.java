package dev.modelcar.packaging.fetch;

import dev.modelcar.core.ByteSize;
import dev.modelcar.core.CoreError;
import dev.modelcar.core.Digest;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.core.Threads;
import dev.modelcar.oci.OciError;
import dev.modelcar.packaging.selection.Selection;
import dev.modelcar.packaging.transfer.ShipmentEvent;
import dev.modelcar.packaging.transfer.ShipmentListener;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fetches the files of a selection into a folder, verified, in the layout of the Hub's own client
 * ({@code local_dir}), so that either can go on where the other stopped. What is there already is
 * left; what was half there goes on.
 */
public final class ModelFetcher {
  private final Path folder;
  private final int parallel;
  private final ShipmentListener listener;
  private final InstantSource clock;

  public ModelFetcher(Path folder, int parallel, ShipmentListener listener, InstantSource clock) {
    this.folder = folder;
    this.parallel = parallel;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Fetches.
   *
   * @throws ModelcarException if a file cannot be fetched; the others of its time are kept
   */
  public FetchReport fetch(Selection selection) {
    return fetch(selection, local -> {});
  }

  /**
   * Fetches, and removes what earlier fetches have put into the folder and the selection lacks:
   * another model, another revision. What came there in other ways stays.
   *
   * @throws ModelcarException if a file cannot be fetched; the others of its time are kept
   */
  public FetchReport fetchAndPrune(Selection selection) {
    return fetch(selection, local -> local.keepOnly(selection.files()));
  }

  private interface Preparation {
    void in(LocalDir local) throws IOException;
  }

  private FetchReport fetch(Selection selection, Preparation preparation) {
    long began = System.nanoTime();
    Optional<String> commit = selection.snapshot().info().revision();
    LocalDir local = new LocalDir(folder, commit.orElse(""));
    AtomicLong moved = new AtomicLong();
    try {
      prepare(local, commit.isPresent());
    } catch (IOException e) {
      throw disk(e);
    }
    try (LocalDir.Lock _ =
        commit.isPresent() ? local.lock(this::sayThatAnotherWrites) : LocalDir.Lock.none()) {
      if (commit.isPresent()) {
        preparation.in(local);
        // Before the files, so that a copy whose download was interrupted is known to be none.
        local.writeTree(selection.snapshot().files());
        local.writeLeftOut(
            selection.dropped().stream()
                .filter(Selection.Dropped::isTwin)
                .map(dropped -> dropped.file().path())
                .toList());
      }
      List<ModelFile> missing = new ArrayList<>();
      long reused = 0;
      for (ModelFile file : selection.files()) {
        if (isThere(local, file)) {
          reused += file.size();
        } else {
          missing.add(file);
        }
      }
      checkSpace(local, missing);
      listener.on(
          new ShipmentEvent.Begun(
              missing.size(), missing.stream().mapToLong(ModelFile::size).sum(), reused));
      fetchAll(local, missing, commit.isPresent(), moved);
      return new FetchReport(
          selection.files().size(),
          moved.get(),
          reused,
          Duration.ofNanos(System.nanoTime() - began));
    } catch (IOException e) {
      throw disk(e);
    }
  }

  private void sayThatAnotherWrites() {
    listener.on(
        new ShipmentEvent.Waiting(
            "another fetch is writing to " + folder + "; waiting for it to end", Duration.ZERO));
  }

  private void prepare(LocalDir local, boolean fromHub) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new ModelcarException(OciError.TARGET_EXISTS, folder + " exists and is not a folder");
    }
    Files.createDirectories(folder);
    if (fromHub) {
      local.create();
    }
  }

  /** By its bookkeeping, or, if somebody else put it there, by its content. */
  private boolean isThere(LocalDir local, ModelFile file) throws IOException {
    Path path = local.file(file);
    if (!Files.isRegularFile(path) || Files.size(path) != file.size()) {
      return false;
    }
    String etag = LocalDir.etag(file);
    if (etag.isEmpty()) {
      return false;
    }
    Optional<LocalDir.Metadata> known = local.metadata(file);
    boolean same = known.isPresent() && known.get().etag().equals(etag);
    if (!same && !(known.isEmpty() && FileFetch.hasContent(path, file))) {
      return false;
    }
    local.writeMetadata(file, clock.instant());
    return true;
  }

  private void checkSpace(LocalDir local, List<ModelFile> missing) throws IOException {
    long needed = 0;
    for (ModelFile file : missing) {
      Path part = local.part(file);
      needed += file.size() - (Files.exists(part) ? Math.min(Files.size(part), file.size()) : 0);
    }
    FileStore store = Files.getFileStore(folder);
    if (store.getUsableSpace() < needed) {
      throw new ModelcarException(
          CoreError.DISK_FULL,
          "%s is needed in %s, but only %s is free"
              .formatted(ByteSize.format(needed), folder, ByteSize.format(store.getUsableSpace())));
    }
  }

  private void fetchAll(LocalDir local, List<ModelFile> missing, boolean fromHub, AtomicLong moved)
      throws IOException {
    List<ModelFile> order = new ArrayList<>(missing);
    order.sort(Comparator.comparingLong(ModelFile::size).reversed());
    Threads.map(order, parallel, "fetching", file -> fetchOne(local, file, fromHub, moved));
  }

  private Digest fetchOne(LocalDir local, ModelFile file, boolean fromHub, AtomicLong moved)
      throws IOException {
    String name = file.path();
    String target = folder.toString();
    listener.on(new ShipmentEvent.LayerBegun(name, target, file.size()));
    Digest digest =
        new FileFetch(file, local.part(file))
            .run(
                bytes -> {
                  moved.addAndGet(bytes);
                  listener.on(new ShipmentEvent.LayerMoved(name, target, bytes));
                },
                offset -> listener.on(new ShipmentEvent.LayerResumed(name, target, offset)));
    FileFetch.put(local.part(file), local.file(file));
    if (fromHub) {
      local.writeMetadata(file, clock.instant());
    }
    listener.on(new ShipmentEvent.LayerDone(name, target, digest, file.size()));
    return digest;
  }

  private ModelcarException disk(IOException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("No space left")) {
      return new ModelcarException(CoreError.DISK_FULL, "the disk of " + folder + " is full", e);
    }
    boolean forbidden =
        e instanceof AccessDeniedException || message.contains("Read-only file system");
    return new ModelcarException(
        forbidden ? OciError.TARGET_NOT_WRITABLE : CoreError.DISK_FAILED,
        "writing to " + folder + " failed: " + (forbidden ? "permission denied" : message),
        e);
  }
}
