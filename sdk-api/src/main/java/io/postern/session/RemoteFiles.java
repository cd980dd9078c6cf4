package io.postern.session;

import java.nio.file.Path;
import java.util.List;

/**
 * The files of an endpoint (rule TOOL-6). Throws as {@link Connection} says, and
 * REMOTE_FILE_NOT_FOUND, REMOTE_FILE_REFUSED, LOCAL_FILE_FAILED. Safe for use by several threads;
 * blocks for the transfer.
 */
public interface RemoteFiles {
  /** What is in a directory, by name; hidden files only on demand. */
  List<RemoteFile> list(String directory, boolean withHidden);

  /** What is in a directory, by name, without hidden files. */
  default List<RemoteFile> list(String directory) {
    return list(directory, false);
  }

  /**
   * Copies a local file to the endpoint. It gets its name there only once it is whole; a file that
   * has the name is replaced then. Parent directories must be there.
   *
   * @return how many bytes were sent, and their SHA-256
   */
  Transfer upload(Path local, String remote);

  /**
   * Copies a file of the endpoint here. It gets its name only once it is whole; a file that has it
   * is replaced then.
   */
  Transfer download(String remote, Path local);

  /**
   * A finished transfer.
   *
   * @param bytes how many
   * @param sha256 their digest in hexadecimal
   */
  record Transfer(long bytes, String sha256) {}
}
