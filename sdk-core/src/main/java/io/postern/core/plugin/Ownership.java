package io.postern.core.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;

/** What the file system says of a file; of a link itself, and not of what it leads to. */
interface Ownership {
  /**
   * @param user the number of the user whom it belongs to
   * @param mode type and rights, as in {@code stat(2)}
   */
  record Rights(int user, int mode) {}

  /** Does not ask for names, which may take a directory service. */
  Rights of(Path path) throws IOException;

  /** Whom it belongs to, by name; or by number where there is none. */
  String user(Path path) throws IOException;

  /** As {@link #user}, for the group. */
  String group(Path path) throws IOException;

  /** What the file system itself says. */
  final class OnDisk implements Ownership {
    @Override
    public Rights of(Path path) throws IOException {
      return new Rights(number(path, "unix:uid"), number(path, "unix:mode"));
    }

    @Override
    public String user(Path path) throws IOException {
      return attributes(path).owner().getName();
    }

    @Override
    public String group(Path path) throws IOException {
      return attributes(path).group().getName();
    }

    private static int number(Path path, String attribute) throws IOException {
      return (Integer) Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS);
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
      return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
  }
}
