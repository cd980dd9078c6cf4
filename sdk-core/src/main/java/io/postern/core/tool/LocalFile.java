package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file on this side of a transfer. What goes wrong with it is LOCAL_FILE_FAILED, with why. */
final class LocalFile {
  private final Path path;

  LocalFile(Path path) {
    this.path = path;
  }

  /** Opens it for reading. */
  InputStream read() {
    if (Files.isDirectory(path)) {
      throw failed("read", "it is a directory", null);
    }
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      // A pipe or a device might never end.
      throw failed("read", "it is not an ordinary file", null);
    }
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw failed("read", e);
    }
  }

  PosternException unreadable(IOException cause) {
    return failed("read", cause);
  }

  PosternException unwritable(IOException cause) {
    return failed("written", cause);
  }

  /** Begins to write it under a name that shows it is not whole. */
  Draft draft() {
    Path name = path.getFileName();
    Path directory = path.toAbsolutePath().getParent();
    if (name == null || directory == null || name.toString().isEmpty()) {
      throw failed("written", "the path has no file name", null);
    }
    if (Files.isDirectory(path)) {
      throw failed("written", "it is a directory; name the file in it", null);
    }
    if (!Files.isDirectory(directory)) {
      throw failed("written", "there is no directory " + directory, null);
    }
    Path part = directory.resolve(PartName.of(name.toString()));
    try {
      return new Draft(
          part,
          Files.newByteChannel(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw failed("written", e);
    }
  }

  private PosternException failed(String act, IOException cause) {
    String why;
    if (cause instanceof NoSuchFileException) {
      why = "there is no such file";
    } else if (cause instanceof AccessDeniedException) {
      why = "the operating system denies access";
    } else if (cause instanceof FileSystemException known && known.getReason() != null) {
      why = known.getReason();
    } else {
      why = String.valueOf(cause.getMessage());
    }
    return failed(act, why, cause);
  }

  private PosternException failed(String act, String why, @Nullable IOException cause) {
    return new PosternException(
        ErrorCode.LOCAL_FILE_FAILED,
        "local file '%s' cannot be %s: %s".formatted(Shown.of(path.toString(), 1_000), act, why),
        cause);
  }

  /** The file while it is written. Used by one thread. */
  final class Draft implements AutoCloseable {
    private final Path part;
    private final SeekableByteChannel channel;
    private boolean kept;

    private Draft(Path part, SeekableByteChannel channel) {
      this.part = part;
      this.channel = channel;
    }

    void write(byte[] bytes, int length) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, 0, length);
      try {
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      } catch (IOException e) {
        throw unwritable(e);
      }
    }

    /** Brings it to the disk: else a power cut could leave the name with only part of the bytes. */
    void complete() {
      try (channel) {
        if (channel instanceof FileChannel file) {
          file.force(true);
        }
      } catch (IOException e) {
        throw unwritable(e);
      }
    }

    /** Gives it its name, in one step. */
    void keep() {
      try {
        Files.move(part, path, StandardCopyOption.ATOMIC_MOVE);
        kept = true;
      } catch (IOException e) {
        throw unwritable(e);
      }
    }

    /** Removes it unless it was kept. */
    @Override
    public void close() {
      try (channel) {
        if (!kept) {
          Files.deleteIfExists(part);
        }
      } catch (IOException e) {
        throw unwritable(e);
      }
    }
  }
}
