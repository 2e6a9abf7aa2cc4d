package dev.modelcar.testkit.model;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Computes the digests of many contents, on all processors. */
final class Hashing {
  private Hashing() {}

  static void hash(List<Content> contents) {
    List<Content> largestFirst =
        contents.stream().sorted(Comparator.comparingLong(Content::size).reversed()).toList();
    int threads = Runtime.getRuntime().availableProcessors();
    try (ExecutorService pool =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory())) {
      List<Future<String>> digests =
          largestFirst.stream().map(content -> pool.submit(content::sha256)).toList();
      for (Future<String> digest : digests) {
        digest.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a content that cannot be hashed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while hashing", e);
    }
  }

  /** The same, but what the cache knows is taken from there, and what it lacks is added. */
  static void hash(List<Content> contents, DigestCache cache) throws IOException {
    Map<String, String> known = cache.read();
    Map<String, Content> unknown = new TreeMap<>();
    for (Content content : contents) {
      if (content instanceof DigestedContent digested && digested.identity().isPresent()) {
        String identity = digested.identity().get();
        Optional.ofNullable(known.get(identity))
            .ifPresentOrElse(digested::remember, () -> unknown.put(identity, digested));
      }
    }
    hash(contents);
    Map<String, String> learnt = new TreeMap<>();
    unknown.forEach((identity, content) -> learnt.put(identity, content.sha256()));
    if (!learnt.isEmpty()) {
      cache.add(learnt);
    }
  }
}
