package dev.modelcar.testkit.hub;

import dev.modelcar.testkit.model.Content;
import dev.modelcar.testkit.model.GeneratedModel;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** A commit and its files. */
record HubCommit(String sha, List<HubEntry> entries) {
  HubCommit {
    entries = List.copyOf(entries);
  }

  /** Computes all digests now, so that no request has to wait for them. */
  static HubCommit of(String sha, GeneratedModel model) {
    model.hashAll();
    return new HubCommit(sha, model.files().stream().map(HubEntry::new).toList());
  }

  Optional<HubEntry> entry(String path) {
    return entries.stream().filter(entry -> entry.path().equals(path)).findFirst();
  }

  /** All folders above the files, sorted. */
  SortedSet<String> folders() {
    SortedSet<String> folders = new TreeSet<>();
    for (HubEntry entry : entries) {
      String path = entry.path();
      for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
        folders.add(path.substring(0, slash));
      }
    }
    return folders;
  }

  /** An object name for a folder: unlike git's, but as good as it for who only compares. */
  String treeSha1(String folder) {
    return Content.of(sha + " " + folder).gitBlobSha1();
  }
}
