package dev.modelcar.source.folder;

import dev.modelcar.core.Digest;
import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.IoReason;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.source.ContentDigest;
import dev.modelcar.source.FileIdentity;
import dev.modelcar.source.ListedSnapshot;
import dev.modelcar.source.ModelCard;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SnapshotInfo;
import dev.modelcar.source.Source;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.SourceReference;
import dev.modelcar.source.UnusableEntry;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads models from folders, in place. Links within the folder are followed, and those of the Hub's
 * cache, which is made of them; {@code .git} and the bookkeeping of the Hub's client ({@code
 * .cache}) and of modelcar are passed over. Files behind links that leave the folder are listed,
 * and named among the unusable entries with {@link SourceError#SOURCE_LINK_LEAVES}: a selection
 * decides.
 */
public final class FolderSource implements Source<SourceReference.Folder> {
  private static final Set<String> PASSED_OVER =
      Set.of(".git", ".cache", ".hg", ".svn", ".modelcar");
  private static final Pattern CACHE_SNAPSHOT =
      Pattern.compile("models--([^/]+)/snapshots/([0-9a-f]{40})$");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA1 = Pattern.compile("[0-9a-f]{40}");

  /** How deep folders may lie in each other; deeper ones are taken for a loop. */
  private static final int MAX_DEPTH = 64;

  @Override
  public Snapshot resolve(SourceReference.Folder reference) {
    Path root = reference.path();
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      ModelcarException missing =
          new ModelcarException(
              SourceError.SOURCE_NOT_FOUND, "the folder " + root + " does not exist");
      throw root.toString().matches("[\\w.-]+/[\\w.-]+")
          ? missing.advising(
              "Check the path. The repository on the Hugging Face Hub is hf://%s.".formatted(root))
          : missing;
    }
    if (!Files.isDirectory(root)) {
      throw new ModelcarException(SourceError.SOURCE_NOT_A_FOLDER, root + " is not a folder");
    }
    Listing listing;
    try {
      listing = new Listing(root);
      listing.walk(root, "", 0);
    } catch (IOException e) {
      throw new ModelcarException(
          SourceError.SOURCE_UNREADABLE,
          "the folder " + root + " cannot be listed: " + IoReason.of(e),
          e);
    }
    if (listing.files.isEmpty() && listing.unusable.isEmpty()) {
      throw new ModelcarException(
          SourceError.SOURCE_EMPTY, "the folder " + root + " contains no files");
    }
    return listing.toSnapshot(reference);
  }

  /** The commit that the path of a snapshot in the Hub's cache ends in. */
  static Optional<String> cachedCommit(Path root) {
    Matcher matcher = cachePath(root);
    return matcher.find() ? Optional.of(matcher.group(2)) : Optional.empty();
  }

  private static Matcher cachePath(Path root) {
    return CACHE_SNAPSHOT.matcher(root.toAbsolutePath().normalize().toString().replace('\\', '/'));
  }

  private static final class Listing {
    private final Path root;

    /** What links may point into without leaving. */
    private final Path realRoot;

    private final List<ModelFile> files = new ArrayList<>();
    private final List<UnusableEntry> unusable = new ArrayList<>();

    Listing(Path root) throws IOException {
      this.root = root;
      this.realRoot = root.toRealPath();
    }

    void walk(Path folder, String prefix, int depth) throws IOException {
      TreeSet<Path> entries = new TreeSet<>();
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
        stream.forEach(entries::add);
      }
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (PASSED_OVER.contains(name) && depth == 0) {
          continue;
        }
        look(entry, prefix + name, depth);
      }
    }

    private void look(Path entry, String path, int depth) throws IOException {
      if (path.indexOf('\uFFFD') >= 0) {
        refuse(
            path,
            SourceError.SOURCE_PATH_UNSAFE,
            "the name of " + path + " in " + root + " is not valid UTF-8");
        return;
      }
      BasicFileAttributes attributes;
      try {
        attributes = Files.readAttributes(entry, BasicFileAttributes.class);
      } catch (NoSuchFileException e) {
        refuse(
            path,
            SourceError.SOURCE_LINK_BROKEN,
            "the link " + path + " points to " + target(entry) + ", which does not exist");
        return;
      } catch (FileSystemLoopException e) {
        refuse(path, SourceError.SOURCE_LINK_LOOP, "the link " + path + " points back to itself");
        return;
      } catch (IOException e) {
        boolean loop = Files.isSymbolicLink(entry) && !(e instanceof AccessDeniedException);
        refuse(
            path,
            loop ? SourceError.SOURCE_LINK_LOOP : SourceError.SOURCE_UNREADABLE,
            loop
                ? "the link " + path + " points back to itself"
                : path + " cannot be read: " + IoReason.of(e));
        return;
      }
      if (leaves(entry)) {
        refuse(
            path,
            SourceError.SOURCE_LINK_LEAVES,
            "the link %s points to %s, outside of %s".formatted(path, entry.toRealPath(), root));
      }
      if (attributes.isDirectory()) {
        enter(entry, path, depth);
      } else if (attributes.isRegularFile()) {
        files.add(file(entry, path, attributes));
      } else {
        refuse(
            path,
            SourceError.SOURCE_SPECIAL_FILE,
            path + " is neither a file nor a folder (a pipe, a socket or a device)");
      }
    }

    private void enter(Path folder, String path, int depth) throws IOException {
      if (depth >= MAX_DEPTH || (Files.isSymbolicLink(folder) && leadsUp(folder))) {
        refuse(
            path,
            SourceError.SOURCE_LINK_LOOP,
            "the folder " + path + " links back to one of its parent folders");
        return;
      }
      try {
        walk(folder, path + "/", depth + 1);
      } catch (AccessDeniedException e) {
        refuse(path, SourceError.SOURCE_UNREADABLE, "no permission to read the folder " + path);
      }
    }

    /** Whoever made the folder could otherwise have any file of this machine packed. */
    private boolean leaves(Path entry) throws IOException {
      if (!Files.isSymbolicLink(entry)) {
        return false;
      }
      Path real = entry.toRealPath();
      return !real.startsWith(realRoot)
          && cachedDigest(entry, real).isEmpty()
          && !(cachedCommit(root).isPresent()
              && real.startsWith(root.resolve("../../..").toRealPath()));
    }

    private static boolean leadsUp(Path link) throws IOException {
      Path real = link.toRealPath();
      Path parent = link.toAbsolutePath().getParent();
      return parent != null && parent.toRealPath().startsWith(real);
    }

    private static String target(Path link) {
      try {
        return Files.readSymbolicLink(link).toString();
      } catch (IOException e) {
        return "an unknown target";
      }
    }

    private void refuse(String path, ErrorCode code, String message) {
      unusable.add(new UnusableEntry(path, code, message));
    }

    private static ModelFile file(Path entry, String path, BasicFileAttributes attributes)
        throws IOException {
      Path real = entry.toRealPath();
      FileIdentity identity =
          new FileIdentity(
              real.toString(),
              attributes.size(),
              attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS),
              attributes.fileKey() == null ? "" : attributes.fileKey().toString());
      return new ModelFile(
          path,
          attributes.size(),
          cachedDigest(entry, real),
          Optional.of(identity),
          offset -> new FileReader(real, path, identity, offset));
    }

    /**
     * The Hub's cache names the target of each link by its content: 64 digits are its SHA-256, 40
     * its git blob. The bytes are checked against it as they are read.
     */
    private static Optional<ContentDigest> cachedDigest(Path entry, Path real) {
      Path folder = real.getParent();
      if (!Files.isSymbolicLink(entry) || folder == null || !folder.endsWith("blobs")) {
        return Optional.empty();
      }
      String name = String.valueOf(real.getFileName());
      if (SHA256.matcher(name).matches()) {
        return Optional.of(new ContentDigest.Sha256(Digest.sha256(name)));
      }
      return SHA1.matcher(name).matches()
          ? Optional.of(new ContentDigest.GitBlob(name))
          : Optional.empty();
    }

    Snapshot toSnapshot(SourceReference.Folder reference) {
      files.sort(Comparator.comparing(ModelFile::path));
      unusable.addAll(HubCopy.missing(root, files, unusable));
      return new ListedSnapshot(reference, info(), files, unusable);
    }

    /** The path of a snapshot in the Hub's cache names model and commit. */
    private SnapshotInfo info() {
      Matcher matcher = cachePath(root);
      boolean cached = matcher.find();
      return SnapshotInfo.of(
          cached ? Optional.of(matcher.group(1).replace("--", "/")) : Optional.empty(),
          cached ? Optional.of(matcher.group(2)) : Optional.empty(),
          ModelCard.of(root));
    }
  }
}
