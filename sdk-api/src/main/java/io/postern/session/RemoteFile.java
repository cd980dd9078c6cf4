package io.postern.session;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A file or directory on an endpoint.
 *
 * @param name the last part of its path
 * @param path the path it was found by
 * @param kind what it is
 * @param sizeBytes its size; 0 where that means nothing
 * @param modifiedAt when it was last changed
 * @param permissions nine characters as {@code ls} shows them, such as {@code rw-r-----}; empty
 *     when unknown
 */
public record RemoteFile(
    String name, String path, Kind kind, long sizeBytes, Instant modifiedAt, String permissions) {
  /** What a path leads to. */
  public enum Kind {
    /** An ordinary file. */
    FILE,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link. */
    LINK,
    /** A device, a pipe or anything else. */
    OTHER
  }

  public RemoteFile {
    requireNonNull(name, "name");
    requireNonNull(path, "path");
    requireNonNull(kind, "kind");
    requireNonNull(modifiedAt, "modifiedAt");
    requireNonNull(permissions, "permissions");
  }
}
