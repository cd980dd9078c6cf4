package io.postern.core.fake;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.RemoteFile;
import io.postern.spi.connector.MovesFiles;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The files of one connection of the loop, in memory; all lie in one directory. */
abstract class LoopFiles implements MovesFiles {
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();

  @Override
  public List<RemoteFile> list(String directory) {
    return files.keySet().stream().map(path -> stat(path).orElseThrow()).toList();
  }

  @Override
  public Optional<RemoteFile> stat(String path) {
    return Optional.ofNullable(files.get(path))
        .map(
            bytes ->
                new RemoteFile(
                    path.substring(path.lastIndexOf('/') + 1),
                    path,
                    RemoteFile.Kind.FILE,
                    bytes.length,
                    Instant.EPOCH,
                    "rw-------"));
  }

  private byte[] require(String path) {
    return Optional.ofNullable(files.get(path))
        .orElseThrow(
            () -> new PosternException(ErrorCode.REMOTE_FILE_NOT_FOUND, "no file " + path));
  }

  @Override
  public InputStream read(String path) {
    return new ByteArrayInputStream(require(path));
  }

  @Override
  public OutputStream write(String path) {
    return new ByteArrayOutputStream() {
      @Override
      public void close() {
        files.put(path, toByteArray());
      }
    };
  }

  @Override
  public void rename(String from, String to) {
    files.put(to, require(from));
    files.remove(from);
  }

  @Override
  public void delete(String path) {
    files.remove(path);
  }
}
