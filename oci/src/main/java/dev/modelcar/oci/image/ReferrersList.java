package dev.modelcar.oci.image;

import dev.modelcar.core.Digest;
import dev.modelcar.oci.Descriptor;
import dev.modelcar.oci.Documents;
import dev.modelcar.oci.RawManifest;
import java.util.HashSet;
import java.util.Set;

/** Lists of referrers under tags, which every client extends. */
public final class ReferrersList {
  private ReferrersList() {}

  /** Whether a list names all that another one does. */
  public static boolean covers(RawManifest list, RawManifest other) {
    return list.isIndex() && other.isIndex() && entries(list).containsAll(entries(other));
  }

  /** A list of what two lists name; the second one where there is nothing to join. */
  public static RawManifest joined(RawManifest there, RawManifest list) {
    if (!there.isIndex() || !list.isIndex()) {
      return list;
    }
    Set<Digest> known = entries(there);
    RawManifest joined = there;
    for (Descriptor entry : Documents.index(list).manifests()) {
      if (!known.contains(entry.digest())) {
        joined = Documents.append(joined, entry);
      }
    }
    return known.equals(entries(list)) ? list : joined;
  }

  private static Set<Digest> entries(RawManifest list) {
    Set<Digest> entries = new HashSet<>();
    for (Descriptor entry : Documents.index(list).manifests()) {
      entries.add(entry.digest());
    }
    return entries;
  }
}
