package io.postern.core.plugin;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Who may change a file, or put another one in its place. Asked of the file and of everything on
 * the way to it, as sshd does before it believes a file ({@code StrictModes} in sshd_config(5)).
 * Safe for use by several threads.
 */
final class Access {
  /** The bit that keeps people from replacing each other's files in a folder that they share. */
  private static final int STICKY = 01000;

  private static final int GROUP_WRITE = 0020;
  private static final int OTHERS_WRITE = 0002;
  private static final int FILE_TYPE = 0170000;
  private static final int FOLDER = 0040000;
  private static final int ROOT = 0;

  /** As many as Linux follows, path_resolution(7). */
  private static final int MOST_LINKS = 40;

  private final Ownership ownership;
  private OptionalInt own;

  Access() {
    this(new Ownership.OnDisk(), OptionalInt.empty());
  }

  /**
   * @param own the number of this process's user; found out when it is needed where it is empty
   */
  Access(Ownership ownership, OptionalInt own) {
    this.ownership = ownership;
    this.own = own;
  }

  /**
   * Through what somebody else than root and this process's user could change these files: each
   * file, folder and link on the way, with the command that ends it. Nothing where the file system
   * does not say whose files are.
   *
   * @param paths of files and folders that are there
   */
  List<String> faults(Collection<Path> paths) throws IOException {
    Set<String> faults = new LinkedHashSet<>();
    for (Path path : paths) {
      if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
        walk(path.toAbsolutePath(), faults);
      }
    }
    return List.copyOf(faults);
  }

  /**
   * Goes there as the kernel does, link by link: in a folder that people share, who owns a link can
   * lead it elsewhere.
   */
  private void walk(Path path, Set<String> faults) throws IOException {
    Path at = path.getRoot();
    look(at, faults);
    Deque<Path> ahead = new ArrayDeque<>();
    push(path, ahead);
    int links = 0;
    while (!ahead.isEmpty()) {
      Path next = at.resolve(ahead.pop()).normalize();
      if (next.equals(at) || at.startsWith(next)) {
        at = next; // "." or ".."; it was looked at
      } else if (Files.isSymbolicLink(next)) {
        if (++links > MOST_LINKS) {
          throw new FileSystemLoopException(path.toString());
        }
        requireOwner(next, ownership.of(next), "chown -h root", faults);
        Path target = Files.readSymbolicLink(next);
        at = target.isAbsolute() ? target.getRoot() : at;
        push(target, ahead);
      } else {
        at = next;
        look(at, faults);
      }
    }
  }

  private static void push(Path path, Deque<Path> ahead) {
    List<Path> names = new ArrayList<>();
    path.forEach(names::add);
    Collections.reverse(names);
    names.forEach(ahead::push);
  }

  private void look(Path path, Set<String> faults) throws IOException {
    Ownership.Rights rights = ownership.of(path);
    requireOwner(path, rights, "chown root", faults);
    // What lies in a sticky folder is its owner's to replace, and the owner is looked at too.
    if ((rights.mode() & FILE_TYPE) == FOLDER && (rights.mode() & STICKY) != 0) {
      return;
    }
    if ((rights.mode() & OTHERS_WRITE) != 0) {
      faults.add(path + " may be changed by everybody on this machine (chmod o-w " + path + ")");
    }
    if ((rights.mode() & GROUP_WRITE) != 0) {
      String group = ownership.group(path);
      // Where each user has a group of their own, it is called as the user is, and nobody else is
      // in it: the files that such a user makes are often writable for it.
      if (!group.equals(ownership.user(path))) {
        faults.add(path + " may be changed by the group '" + group + "' (chmod g-w " + path + ")");
      }
    }
  }

  private void requireOwner(Path path, Ownership.Rights rights, String command, Set<String> faults)
      throws IOException {
    if (rights.user() != ROOT && rights.user() != own()) {
      faults.add(
          path
              + " belongs to '"
              + ownership.user(path)
              + "', who is neither root nor this process's user ("
              + command
              + " "
              + path
              + ")");
    }
  }

  /** Java does not say who runs it, but whose a new file is. */
  private synchronized int own() throws IOException {
    if (own.isEmpty()) {
      Path mine = Files.createTempFile("postern-", ".own");
      try {
        own = OptionalInt.of(new Ownership.OnDisk().of(mine).user());
      } finally {
        Files.delete(mine);
      }
    }
    return own.getAsInt();
  }
}
