package dev.modelcar.packaging.selection;

import dev.modelcar.core.ErrorCode;
import dev.modelcar.core.ModelcarException;
import dev.modelcar.packaging.weights.PackagingError;
import dev.modelcar.source.ListedSnapshot;
import dev.modelcar.source.ModelFile;
import dev.modelcar.source.Snapshot;
import dev.modelcar.source.SourceError;
import dev.modelcar.source.UnusableEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * How files are chosen.
 *
 * @param include patterns of the Hub's client; empty means all that is not known to be unneeded
 * @param exclude patterns of what is left out all the same
 * @param keepDuplicates whether weights that are there twice are packed twice
 * @param allowPickle whether files that run code when they are loaded may be packed
 * @param accepted flaws of a source with which it is packed all the same: {@link
 *     SourceError#SOURCE_INCOMPLETE}, whose image then does not name the revision, and {@link
 *     SourceError#SOURCE_LINK_LEAVES}
 * @param destinations paths in the source that this run writes images to, and never packs
 * @param weightsProven whether somebody else looks at the headers of the weights; here they are
 *     then looked at only where the choice depends on them
 */
public record SelectionPolicy(
    List<String> include,
    List<String> exclude,
    boolean keepDuplicates,
    boolean allowPickle,
    Set<ErrorCode> accepted,
    Set<String> destinations,
    boolean weightsProven) {

  public SelectionPolicy {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    accepted = Set.copyOf(accepted);
    destinations = Set.copyOf(destinations);
  }

  /** What serving needs, once, and nothing that runs code when it is loaded. */
  public static SelectionPolicy serving() {
    return new SelectionPolicy(List.of(), List.of(), false, false, Set.of(), Set.of(), false);
  }

  public SelectionPolicy withPatterns(List<String> newInclude, List<String> newExclude) {
    return new SelectionPolicy(
        newInclude, newExclude, keepDuplicates, allowPickle, accepted, destinations, weightsProven);
  }

  public SelectionPolicy keepingDuplicates(boolean keep) {
    return new SelectionPolicy(
        include, exclude, keep, allowPickle, accepted, destinations, weightsProven);
  }

  public SelectionPolicy allowingPickle(boolean allow) {
    return new SelectionPolicy(
        include, exclude, keepDuplicates, allow, accepted, destinations, weightsProven);
  }

  public SelectionPolicy accepting(Set<ErrorCode> flaws) {
    return new SelectionPolicy(
        include, exclude, keepDuplicates, allowPickle, flaws, destinations, weightsProven);
  }

  public SelectionPolicy withDestinations(Set<String> paths) {
    return new SelectionPolicy(
        include, exclude, keepDuplicates, allowPickle, accepted, paths, weightsProven);
  }

  /**
   * For one of many workers, whose image another process seals: a question to the Hub for each
   * header, from each worker, is more than the Hub accepts.
   */
  public SelectionPolicy withWeightsProven() {
    return new SelectionPolicy(
        include, exclude, keepDuplicates, allowPickle, accepted, destinations, true);
  }

  /**
   * Chooses files and checks them: their names, the headers of weights, the index of shards. No
   * weight is read.
   *
   * @throws ModelcarException with the first thing that is wrong
   */
  public Selection select(Snapshot source) {
    Matcher matcher = new Matcher(this, source.files());
    Snapshot snapshot = refuseUnusable(source, path -> matcher.whyNot(path).isEmpty());
    List<ModelFile> chosen = new ArrayList<>();
    List<Selection.Dropped> left = new ArrayList<>();
    for (ModelFile file : snapshot.files()) {
      matcher
          .whyNot(file.path())
          .ifPresentOrElse(
              why -> left.add(new Selection.Dropped(file, why.reason(), why.evidence())),
              () -> chosen.add(file));
    }
    if (chosen.isEmpty()) {
      throw nothing(snapshot);
    }
    PathRules.check(chosen);
    Set<String> excluded =
        left.stream()
            .filter(dropped -> dropped.reason() == Selection.Reason.EXCLUDED)
            .map(dropped -> dropped.file().path())
            .collect(Collectors.toSet());
    if (!weightsProven) {
      Heads.ahead(chosen, file -> Companions.isRead(file) || WeightInspection.isRead(file));
    }
    Companions.check(chosen, snapshot.files(), excluded, !weightsProven);
    WeightInspection inspection =
        new WeightInspection(snapshot, chosen, keepDuplicates, allowPickle);
    Selection selection =
        weightsProven && !inspection.isChoice() ? inspection.unseen() : inspection.inspect();
    return (keepDuplicates ? selection : selection.withTwinsLinked()).withLeftOut(left);
  }

  /**
   * Chooses files by the patterns alone: all of them where there are none. Their names are checked,
   * their content is not looked at.
   */
  public Selection selectFiles(Snapshot source) {
    Predicate<String> wanted = patterns();
    Snapshot snapshot = refuseUnusable(source, wanted);
    List<ModelFile> chosen =
        snapshot.files().stream().filter(file -> wanted.test(file.path())).toList();
    if (chosen.isEmpty()) {
      throw nothing(snapshot);
    }
    PathRules.check(chosen);
    return new Selection(snapshot, chosen, List.of(), List.of());
  }

  /** The patterns alone, of paths: any path where there are none. */
  public Predicate<String> patterns() {
    List<HubPattern> taken = HubPattern.all(include.isEmpty() ? List.of("*") : include);
    List<HubPattern> left = HubPattern.all(exclude);
    return path ->
        taken.stream().anyMatch(p -> p.matches(path))
            && left.stream().noneMatch(p -> p.matches(path));
  }

  /**
   * What cannot be packed matters only if it is wanted.
   *
   * @return the same snapshot, which does not name its revision if it is known to lack files of it
   */
  private Snapshot refuseUnusable(Snapshot snapshot, Predicate<String> wanted) {
    List<UnusableEntry> flaws =
        snapshot.unusable().stream().filter(entry -> wanted.test(entry.path())).toList();
    for (UnusableEntry entry : flaws) {
      if (entry.code() != SourceError.SOURCE_INCOMPLETE && !accepted.contains(entry.code())) {
        throw entry.toException();
      }
    }
    List<String> missing =
        flaws.stream()
            .filter(entry -> entry.code() == SourceError.SOURCE_INCOMPLETE)
            .map(UnusableEntry::message)
            .toList();
    if (missing.isEmpty()) {
      return snapshot;
    }
    if (accepted.contains(SourceError.SOURCE_INCOMPLETE)) {
      return new ListedSnapshot(
          snapshot.reference(),
          snapshot.info().withoutRevision(),
          snapshot.files(),
          snapshot.unusable());
    }
    throw new ModelcarException(
        SourceError.SOURCE_INCOMPLETE,
        "%s is an incomplete copy: %d of the files to pack %s missing: %s%s"
            .formatted(
                snapshot.reference(),
                missing.size(),
                missing.size() == 1 ? "is" : "are",
                String.join(", ", missing.subList(0, Math.min(8, missing.size()))),
                missing.size() > 8 ? ", …" : ""));
  }

  /** Advises only what can help: options that were used. */
  private ModelcarException nothing(Snapshot snapshot) {
    String advice =
        include.isEmpty() && exclude.isEmpty()
            ? "None of them looks like a part of a model; --include '*' packs them all the same."
            : include.isEmpty()
                ? "Change --exclude; `modelcar plan` lists the files."
                : "Change --include; patterns match whole paths, and `*` also matches slashes.";
    return new ModelcarException(
        PackagingError.SELECTION_EMPTY,
        "none of the %d files in %s is selected"
            .formatted(snapshot.files().size(), snapshot.reference()),
        advice,
        null);
  }

  private static final class Matcher {
    private final boolean standard;
    private final List<HubPattern> include;
    private final List<HubPattern> exclude;
    private final Set<String> destinations;
    private final Set<String> layouts;

    Matcher(SelectionPolicy policy, List<ModelFile> files) {
      standard = policy.include.isEmpty();
      include = HubPattern.all(policy.include);
      exclude = HubPattern.all(policy.exclude);
      destinations = policy.destinations;
      layouts =
          files.stream()
              .map(ModelFile::path)
              .filter(path -> path.endsWith("/oci-layout"))
              .map(path -> path.substring(0, path.lastIndexOf('/')))
              .collect(Collectors.toSet());
    }

    private record Why(Selection.Reason reason, String evidence) {}

    /** Why a file is left out; nothing if it is not. */
    Optional<Why> whyNot(String path) {
      if (isWithin(path, destinations)) {
        return unneeded("an image that this command writes");
      }
      if (exclude.stream().anyMatch(pattern -> pattern.matches(path))) {
        return Optional.of(new Why(Selection.Reason.EXCLUDED, "excluded by --exclude"));
      }
      if (!standard) {
        return include.stream().anyMatch(pattern -> pattern.matches(path))
            ? Optional.empty()
            : Optional.of(new Why(Selection.Reason.NOT_INCLUDED, "not matched by --include"));
      }
      return isWithin(path, layouts)
          ? unneeded("an image in an OCI layout")
          : Unneeded.reason(path).flatMap(Matcher::unneeded);
    }

    private static Optional<Why> unneeded(String why) {
      return Optional.of(new Why(Selection.Reason.UNNEEDED, why));
    }

    private static boolean isWithin(String path, Set<String> places) {
      return places.stream().anyMatch(place -> path.equals(place) || path.startsWith(place + "/"));
    }
  }
}
