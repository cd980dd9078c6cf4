package io.postern.credential.file;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that one state of the file holds. Immutable.
 *
 * @param unlocked its header and key
 * @param revision how often it was written; each write adds one
 * @param entries by key
 */
record Contents(Unlocked unlocked, long revision, SortedMap<String, StoredEntry> entries) {
  Contents {
    entries = Collections.unmodifiableSortedMap(new TreeMap<>(entries));
  }

  /** A new file. */
  static Contents empty(Unlocked unlocked) {
    return new Contents(unlocked, 1, new TreeMap<>());
  }

  @Nullable StoredEntry find(String key) {
    return entries.get(key);
  }

  /** The revision that the next write gives the file, and so the generation of its new secrets. */
  long nextRevision() {
    return revision + 1;
  }

  /** The next state, with this entry added or replaced. */
  Contents with(StoredEntry entry) {
    SortedMap<String, StoredEntry> next = new TreeMap<>(entries);
    next.put(entry.entry().key(), entry);
    return new Contents(unlocked, nextRevision(), next);
  }

  /** The next state, without this entry. */
  Contents without(String key) {
    SortedMap<String, StoredEntry> next = new TreeMap<>(entries);
    next.remove(key);
    return new Contents(unlocked, nextRevision(), next);
  }

  /** The next state, with other keys and the entries sealed under them. */
  Contents resealed(Unlocked next, Map<String, StoredEntry> sealed) {
    return new Contents(next, nextRevision(), new TreeMap<>(sealed));
  }
}
