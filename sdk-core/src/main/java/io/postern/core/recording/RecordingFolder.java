package io.postern.core.recording;

import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Names and places of the files of recordings. */
final class RecordingFolder {
  private static final Logger LOG = LoggerFactory.getLogger(RecordingFolder.class);
  private static final Pattern FOLDER = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}");
  private static final Pattern FILE =
      Pattern.compile(FOLDER.pattern() + "/[0-9]{2,9}-[A-Za-z0-9_-][A-Za-z0-9._-]{0,39}\\.cast");
  private static final String SUFFIX = ".cast";

  private final Path directory;

  @Inject
  RecordingFolder(RecordingSettings settings) {
    directory = settings.directory();
  }

  /**
   * The files of one recording.
   *
   * @param name what the store calls it: the cast's path inside the directory
   */
  record Place(String name, Path cast, Path transcript, Path seal) {}

  /** The place that the store names; refuses any name that Postern does not make. */
  Place existing(String name) throws IOException {
    if (!FILE.matcher(name).matches()) {
      throw new IOException("the store names a recording's file that Postern never made");
    }
    Path cast = directory.resolve(name);
    if (Files.isSymbolicLink(cast) || Files.isSymbolicLink(cast.getParent())) {
      throw new IOException("a recording's file " + cast + " is a symbolic link");
    }
    return place(name);
  }

  /** A place that is free, its folder made. The cast decides: it must be created as a new file. */
  <T> T claim(SessionId session, String name, Claim<T> claim) throws IOException {
    String folder = session.value();
    if (!FOLDER.matcher(folder).matches()) {
      throw new IOException("session id '" + folder + "' cannot be the name of a folder");
    }
    Path path = directory.resolve(folder);
    Files.createDirectories(directory, DiskFiles.onlyForUs("rwx------"));
    Files.createDirectories(path, DiskFiles.onlyForUs("rwx------"));
    int number = 1 + casts(path);
    while (true) {
      try {
        T taken = claim.take(place(folder + "/" + file(number, name)));
        force(path);
        force(directory);
        return taken;
      } catch (FileAlreadyExistsException taken) {
        number++;
      }
    }
  }

  /** Takes a place; FileAlreadyExistsException makes the next number be tried. */
  @FunctionalInterface
  interface Claim<T> {
    T take(Place place) throws IOException;
  }

  private static int casts(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return (int) files.filter(file -> file.toString().endsWith(SUFFIX)).count();
    }
  }

  private static String file(int number, String name) {
    String safe = name.replaceAll("[^A-Za-z0-9._-]+", "-").replaceAll("^[.-]+", "");
    safe = safe.length() > 40 ? safe.substring(0, 40) : safe;
    return String.format(
        Locale.ROOT, "%02d-%s%s", number, safe.isEmpty() ? "recording" : safe, SUFFIX);
  }

  private Place place(String name) {
    String bare = name.substring(0, name.length() - SUFFIX.length());
    return new Place(
        name,
        directory.resolve(name),
        directory.resolve(bare + ".txt"),
        directory.resolve(bare + ".seal"));
  }

  /** Makes the names in a folder survive a power cut, where the system can do that. */
  private static void force(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException unsupported) {
      // Windows opens no directory; there the names are in its journal anyway.
      LOG.debug("folder not forced folder={}", folder, unsupported);
    }
  }

  /**
   * Why something failed, in words for people, who have no business with the server's paths; those
   * are for the log.
   */
  String told(Throwable cause) {
    if (cause instanceof FileSystemException failure) {
      return failure.getReason() == null ? failure.getClass().getSimpleName() : failure.getReason();
    }
    return String.valueOf(cause.getMessage())
        .replace(directory + directory.getFileSystem().getSeparator(), "")
        .replace(directory.toString(), "the folder of recordings");
  }

  static boolean exists(Path file) {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
  }
}
