package io.postern.spi.connector;

import io.postern.session.RemoteFile;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/**
 * Implemented by an {@link EndpointConnection} that reaches files. Paths are the endpoint's own; a
 * path that does not begin at a root is taken from the log-on directory.
 *
 * <p>Failures are {@link io.postern.PosternException}s: REMOTE_FILE_NOT_FOUND, REMOTE_FILE_REFUSED,
 * ENDPOINT_CLOSED, ENDPOINT_TIMED_OUT, CAPABILITY_MISSING where the endpoint has no way to move
 * files. Streams fail with {@link java.io.IOException}s.
 */
public interface MovesFiles {
  /** What is in a directory, without {@code .} and {@code ..}, in no order. */
  List<RemoteFile> list(String directory);

  /** What is at a path, links followed; empty when there is nothing. */
  Optional<RemoteFile> stat(String path);

  /** Reads a file from its beginning. The receiver closes the stream. */
  InputStream read(String path);

  /**
   * Writes a file anew; an existing one is emptied first. The file is whole once the stream was
   * closed without error.
   */
  OutputStream write(String path);

  /** Moves a file to another name, replacing a file that has it. */
  void rename(String from, String to);

  /** Removes a file. */
  void delete(String path);
}
