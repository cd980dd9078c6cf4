package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.RemoteFile;
import io.postern.spi.connector.MovesFiles;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An endpoint with files: those of a directory here, so that what is left over can be seen. */
final class FakeFiles extends FakeEndpoint implements MovesFiles {
  private final Path root;

  /** What was done, in order. */
  final List<String> did = new ArrayList<>();

  /** Runs with the number of bytes before each piece that passes, in either direction. */
  volatile Piece onPiece = (so, far) -> {};

  volatile boolean renameFails;
  volatile boolean closingAfterWriteFails;
  volatile List<RemoteFile> alsoListed = List.of();

  /** Ends a reading after so many bytes as if that were all. */
  volatile long readEndsEarlyAt = Long.MAX_VALUE;

  interface Piece {
    void passes(String path, long before) throws IOException;
  }

  FakeFiles(Path root) {
    this.root = root;
  }

  Path at(String path) {
    return root.resolve(path.startsWith("/") ? path.substring(1) : path);
  }

  @Override
  public List<RemoteFile> list(String directory) {
    try (Stream<Path> found = Files.list(at(directory))) {
      List<RemoteFile> files = new ArrayList<>(alsoListed);
      found.forEach(path -> files.add(described(directory + "/" + path.getFileName(), path)));
      return files;
    } catch (IOException e) {
      throw failure(directory, e);
    }
  }

  @Override
  public Optional<RemoteFile> stat(String path) {
    did.add("stat");
    return Files.exists(at(path)) ? Optional.of(described(path, at(path))) : Optional.empty();
  }

  private static RemoteFile described(String remote, Path path) {
    try {
      return file(
          remote,
          Files.isDirectory(path) ? RemoteFile.Kind.DIRECTORY : RemoteFile.Kind.FILE,
          Files.size(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InputStream read(String path) {
    try {
      return new FilterInputStream(Files.newInputStream(at(path))) {
        private long before;

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
          onPiece.passes(path, before);
          if (before >= readEndsEarlyAt) {
            return -1;
          }
          int count = super.read(into, offset, length);
          before += Math.max(0, count);
          return count;
        }
      };
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public OutputStream write(String path) {
    did.add("write " + path);
    try {
      return new FilterOutputStream(Files.newOutputStream(at(path))) {
        private long before;

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
          onPiece.passes(path, before);
          out.write(from, offset, length);
          before += length;
        }

        @Override
        public void close() throws IOException {
          super.close();
          if (closingAfterWriteFails) {
            throw new IOException("disk quota exceeded");
          }
        }
      };
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  @Override
  public void rename(String from, String to) {
    did.add("rename to " + to);
    if (renameFails) {
      throw new PosternException(ErrorCode.REMOTE_FILE_REFUSED, "permission denied: " + to);
    }
    try {
      Files.move(at(from), at(to), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw failure(to, e);
    }
  }

  @Override
  public void delete(String path) {
    try {
      Files.delete(at(path));
    } catch (IOException e) {
      throw failure(path, e);
    }
  }

  private static PosternException failure(String path, IOException e) {
    return new PosternException(
        e instanceof NoSuchFileException
            ? ErrorCode.REMOTE_FILE_NOT_FOUND
            : ErrorCode.REMOTE_FILE_REFUSED,
        "remote file " + path + ": " + e);
  }
}
