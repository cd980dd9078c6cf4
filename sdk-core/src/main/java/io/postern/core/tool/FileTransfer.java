package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.RemoteFile;
import io.postern.session.RemoteFiles.Transfer;
import io.postern.session.Tool;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.MovesFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way, in either direction (rule TOOL-8): under another name until it is whole.
 * Between any two buffers it looks whether it may go on. Used once, by the thread that asked for
 * it; stopped by any.
 */
final class FileTransfer implements Part {
  /** Large enough that a connector can keep the wire full, small enough to stop soon. */
  private static final int BUFFER = 128 << 10;

  private final Watch watch;
  private final EndpointConnection connection;
  private final MovesFiles files;
  private final Tool tool;
  private final String words;
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final CountDownLatch gone = new CountDownLatch(1);
  private final MessageDigest digest = sha256();
  private long bytes;

  FileTransfer(
      Watch watch, EndpointConnection connection, MovesFiles files, Tool tool, String words) {
    this.watch = watch;
    this.connection = connection;
    this.files = files;
    this.tool = tool;
    this.words = words;
  }

  /** Sends what {@code source} gives, and reads nothing before the endpoint is ready for it. */
  Transfer upload(InputStream source, LocalFile local, String remote) {
    RemotePath target = RemotePath.toFile(remote);
    requireGoing();
    if (isDirectory(files.stat(target.whole()))) {
      throw RemotePath.refused(remote, "it is a directory; name the file in it");
    }
    String part = target.part();
    try {
      send(source, local, part);
      requireGoing();
      files.rename(part, target.whole());
    } catch (RuntimeException e) {
      remove(part, e);
      throw e;
    }
    return done();
  }

  private void send(InputStream source, LocalFile local, String part) {
    byte[] buffer = new byte[BUFFER];
    try (OutputStream sink = files.write(part)) {
      int length;
      while ((length = read(source, local, buffer)) >= 0) {
        requireGoing();
        sink.write(buffer, 0, length);
        count(buffer, length);
      }
    } catch (IOException e) {
      throw remoteFailure(e);
    }
  }

  private int read(InputStream source, LocalFile local, byte[] buffer) {
    requireGoing();
    try {
      return source.read(buffer);
    } catch (ClosedByInterruptException e) {
      throw watch.over(words, Ending.INTERRUPTED, e);
    } catch (IOException e) {
      throw local.unreadable(e);
    }
  }

  /** Best effort: an endpoint that is gone keeps the part, which its name tells. */
  private void remove(String part, RuntimeException why) {
    try {
      files.delete(part);
    } catch (RuntimeException e) {
      why.addSuppressed(e);
    }
  }

  /** Receives a file into {@code draft} and gives that its name. */
  Transfer download(String remote, LocalFile.Draft draft) {
    requireGoing();
    Optional<RemoteFile> found = files.stat(remote);
    if (isDirectory(found)) {
      throw RemotePath.refused(remote, "it is a directory");
    }
    byte[] buffer = new byte[BUFFER];
    try (InputStream source = files.read(remote)) {
      int length;
      while ((length = source.read(buffer)) >= 0) {
        requireGoing();
        draft.write(buffer, length);
        count(buffer, length);
      }
    } catch (IOException e) {
      throw remoteFailure(e);
    }
    requireAll(remote, found);
    draft.complete();
    requireGoing();
    draft.keep();
    return done();
  }

  /** Some connections that break look like the end of the file. */
  private void requireAll(String remote, Optional<RemoteFile> before) {
    if (!connection.isOpen()) {
      throw watch.over(words, Ending.DROPPED, null);
    }
    // Asked again, because a log may have been cut meanwhile, and then less is all there is.
    if (before.isPresent() && before.get().sizeBytes() > bytes) {
      long size = files.stat(remote).map(RemoteFile::sizeBytes).orElse(0L);
      if (size > bytes) {
        throw new PosternException(
            ErrorCode.ENDPOINT_CLOSED,
            "%s in session %s broke off after %d of %d bytes; try again"
                .formatted(words, watch.session(), bytes, size));
      }
    }
  }

  private static boolean isDirectory(Optional<RemoteFile> found) {
    return found.isPresent() && found.get().kind() == RemoteFile.Kind.DIRECTORY;
  }

  private void count(byte[] buffer, int length) {
    digest.update(buffer, 0, length);
    bytes += length;
  }

  private Transfer done() {
    return new Transfer(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  /** What a stream's failure means: that the connection broke, or that the endpoint refuses. */
  private PosternException remoteFailure(IOException e) {
    Ending why = ending.get();
    if (why != null || !connection.isOpen()) {
      return watch.over(words, why == null ? Ending.DROPPED : why, e);
    }
    return new PosternException(
        ErrorCode.REMOTE_FILE_REFUSED,
        "%s in session %s failed after %d bytes: %s"
            .formatted(
                words, watch.session(), bytes, watch.shown(String.valueOf(e.getMessage()), 500)),
        e);
  }

  private void requireGoing() {
    if (Thread.currentThread().isInterrupted()) {
      stop(Ending.INTERRUPTED);
    }
    Ending why = ending.get();
    if (why != null) {
      throw watch.over(words, why, null);
    }
    watch.gate().requireOpen();
  }

  /** Says that nothing of it is left. */
  void gone() {
    gone.countDown();
  }

  @Override
  public Tool tool() {
    return tool;
  }

  @Override
  public boolean isUnrecorded() {
    return false;
  }

  @Override
  public void stop(Ending why) {
    ending.compareAndSet(null, why);
  }

  @Override
  public boolean awaitGone(long nanos) {
    return ToolThread.await(gone, nanos);
  }

  @Override
  public void abandon() {
    // Its thread is the caller's own, and comes out when the plug-in lets it.
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
