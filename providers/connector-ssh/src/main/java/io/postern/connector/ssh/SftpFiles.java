package io.postern.connector.ssh;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.RemoteFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.schmizz.sshj.sftp.FileAttributes;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.OpenMode;
import net.schmizz.sshj.sftp.RenameFlags;
import net.schmizz.sshj.sftp.Response.StatusCode;
import net.schmizz.sshj.sftp.SFTPException;
import org.jspecify.annotations.Nullable;

/** Files by SFTP, over one channel that all callers share and that is opened when first needed. */
final class SftpFiles {
  private final Channels channels;
  private final int timeoutMillis;
  private final Failures failures;
  private @Nullable SftpEngine engine;

  SftpFiles(Channels channels, SshSettings settings, Failures failures) {
    this.channels = channels;
    this.timeoutMillis = (int) settings.answerTimeout().toMillis();
    this.failures = failures;
  }

  List<RemoteFile> list(String directory) {
    return attempt(
        "list",
        directory,
        sftp ->
            sftp.entries(directory).stream()
                .map(
                    entry ->
                        described(
                            entry.name(), within(directory, entry.name()), entry.attributes()))
                .toList());
  }

  Optional<RemoteFile> stat(String path) {
    return attempt(
        "look at",
        path,
        sftp -> {
          try {
            return Optional.of(described(lastPart(path), path, sftp.stat(path)));
          } catch (SFTPException e) {
            if (isMissing(e)) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  InputStream read(String path) {
    return attempt(
        "read", path, sftp -> SftpStreams.reading(sftp.open(path, EnumSet.of(OpenMode.READ))));
  }

  OutputStream write(String path) {
    Set<OpenMode> anew = EnumSet.of(OpenMode.WRITE, OpenMode.CREAT, OpenMode.TRUNC);
    return attempt("write", path, sftp -> SftpStreams.writing(sftp.open(path, anew)));
  }

  void rename(String from, String to) {
    attempt(
        "rename",
        from,
        sftp -> {
          if (sftp.supportsServerExtension("posix-rename", "openssh.com")) {
            sftp.rename(from, to, EnumSet.of(RenameFlags.OVERWRITE));
          } else {
            renameByRemoving(sftp, from, to);
          }
          return true;
        });
  }

  /**
   * Plain SFTP never replaces a file. Between the two steps the name is gone for a moment, and a
   * crash there leaves only the file under its old name: nothing is lost, but it is no atomic act.
   */
  private static void renameByRemoving(SftpEngine sftp, String from, String to) throws IOException {
    try {
      sftp.rename(from, to, EnumSet.noneOf(RenameFlags.class));
    } catch (SFTPException e) {
      // Only where both are there, or a missing source would cost the target.
      if (!exists(sftp, from) || !exists(sftp, to)) {
        throw e;
      }
      sftp.remove(to);
      sftp.rename(from, to, EnumSet.noneOf(RenameFlags.class));
    }
  }

  private static boolean exists(SftpEngine sftp, String path) throws IOException {
    try {
      sftp.lstat(path);
      return true;
    } catch (SFTPException e) {
      if (isMissing(e)) {
        return false;
      }
      throw e;
    }
  }

  void delete(String path) {
    attempt(
        "delete",
        path,
        sftp -> {
          sftp.remove(path);
          return true;
        });
  }

  private interface Act<T> {
    T on(SftpEngine sftp) throws IOException;
  }

  private <T> T attempt(String what, String path, Act<T> act) {
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw new PosternException(
          ErrorCode.REMOTE_FILE_NOT_FOUND, "no file can have an empty name or a NUL in its name");
    }
    SftpEngine sftp = engine();
    try {
      return act.on(sftp);
    } catch (SFTPException e) {
      throw translated(what, path, e);
    } catch (IOException e) {
      throw failures.using("a request about a file was answered", e);
    }
  }

  private PosternException translated(String what, String path, SFTPException failure) {
    // sshj has no status for what never came from the endpoint: a timeout, a broken channel.
    if (failure.getStatusCode() == StatusCode.UNKNOWN) {
      return failures.using("a request about a file was answered", failure);
    }
    String text = "cannot " + what + " '" + Failures.printable(path) + "': ";
    if (isMissing(failure)) {
      return new PosternException(
          ErrorCode.REMOTE_FILE_NOT_FOUND,
          text + "the endpoint has no such file or directory; check the path",
          failure);
    }
    return new PosternException(
        ErrorCode.REMOTE_FILE_REFUSED,
        text
            + "the endpoint refuses it ("
            + failure.getStatusCode()
            + ": "
            + Failures.printable(String.valueOf(failure.getMessage()))
            + "); check the account's rights and the room on the disk",
        failure);
  }

  private static boolean isMissing(SFTPException failure) {
    return failure.getStatusCode() == StatusCode.NO_SUCH_FILE
        || failure.getStatusCode() == StatusCode.NO_SUCH_PATH;
  }

  private synchronized SftpEngine engine() {
    if (engine == null || !engine.isOpen()) {
      engine = start();
    }
    return engine;
  }

  private SftpEngine start() {
    SftpEngine[] started = new SftpEngine[1];
    channels.open(
        "files (the SFTP subsystem)",
        Channels.Size.FILES,
        false,
        channel -> started[0] = SftpEngine.start(channel, timeoutMillis));
    return started[0];
  }

  private static String within(String directory, String name) {
    return directory.endsWith("/") ? directory + name : directory + "/" + name;
  }

  private static String lastPart(String path) {
    String trimmed =
        path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    String last = trimmed.substring(trimmed.lastIndexOf('/') + 1);
    return last.isEmpty() ? path : last;
  }

  private static RemoteFile described(String name, String path, FileAttributes attributes) {
    RemoteFile.Kind kind =
        switch (attributes.getType()) {
          case REGULAR -> RemoteFile.Kind.FILE;
          case DIRECTORY -> RemoteFile.Kind.DIRECTORY;
          case SYMLINK -> RemoteFile.Kind.LINK;
          default -> RemoteFile.Kind.OTHER;
        };
    boolean timed = attributes.has(FileAttributes.Flag.ACMODTIME);
    return new RemoteFile(
        name,
        path,
        kind,
        kind == RemoteFile.Kind.FILE ? attributes.getSize() : 0,
        timed ? Instant.ofEpochSecond(attributes.getMtime()) : Instant.EPOCH,
        attributes.has(FileAttributes.Flag.MODE) ? permissions(attributes.getMode()) : "");
  }

  private static String permissions(FileMode mode) {
    String all = "rwxrwxrwx";
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < all.length(); i++) {
      boolean set = (mode.getPermissionsMask() >> (all.length() - 1 - i) & 1) != 0;
      shown.append(set ? all.charAt(i) : '-');
    }
    return shown.toString();
  }
}
