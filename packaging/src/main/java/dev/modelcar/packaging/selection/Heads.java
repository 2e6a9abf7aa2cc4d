package dev.modelcar.packaging.selection;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.Threads;
import dev.modelcar.source.ModelFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/** Looks at the first bytes of many files, several at a time. */
final class Heads {
  private static final int AT_ONCE = 16;

  private Heads() {}

  /** What is found out from the first bytes of a file. */
  @FunctionalInterface
  interface Look<T> {
    T at(ModelFile file) throws IOException;
  }

  /** A look that finds nothing, or throws. */
  @FunctionalInterface
  interface Check {
    void at(ModelFile file) throws IOException;
  }

  static void forEach(List<ModelFile> files, Check check) {
    map(
        files,
        file -> {
          check.at(file);
          return true;
        });
  }

  /** Looks at all files; the first failure, in their order, is thrown. */
  static <T> Map<ModelFile, T> map(List<ModelFile> files, Look<T> look) {
    try (ExecutorService executor = Threads.pool(AT_ONCE)) {
      List<Future<T>> looks = new ArrayList<>();
      for (ModelFile file : files) {
        looks.add(executor.submit(() -> look.at(file)));
      }
      Map<ModelFile, T> results = new LinkedHashMap<>();
      try {
        for (int i = 0; i < files.size(); i++) {
          results.put(files.get(i), looks.get(i).get());
        }
      } catch (ExecutionException e) {
        executor.shutdownNow();
        throw unwrap(e);
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
        throw new ModelcarException(ErrorCode.STOPPED, "stopped while looking at the weights", e);
      }
      return results;
    }
  }

  private static ModelcarException unwrap(ExecutionException e) {
    return switch (e.getCause()) {
      case ModelcarException m -> m;
      case RuntimeException r -> throw r;
      case Error error -> throw error;
      case null, default ->
          new ModelcarException(
              ErrorCode.NETWORK_BROKEN, "looking at the weights failed: " + e.getCause(), e);
    };
  }
}
