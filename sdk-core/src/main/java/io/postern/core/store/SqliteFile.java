package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The database's file and how it is opened. */
final class SqliteFile {
  private static final int BUSY = 5;

  private final Path file;
  private final Driver driver;
  private final SqliteFaults faults;

  private SqliteFile(Path file, Driver driver) {
    this.file = file;
    this.driver = driver;
    this.faults = new SqliteFaults(file);
  }

  /** Makes the directory and the file where they are missing; only their owner may read them. */
  static SqliteFile in(Path directory, Driver driver) {
    Path file = directory.toAbsolutePath().resolve("postern.db");
    SqliteFile made = new SqliteFile(file, driver);
    try {
      createDirectory(directory.toAbsolutePath());
      createFile(file);
    } catch (IOException e) {
      throw made.faults.unavailable(
          e, "it cannot be made (" + e + "); give this process the right to write the directory");
    }
    return made;
  }

  Path path() {
    return file;
  }

  SqliteFaults faults() {
    return faults;
  }

  /**
   * Keeps other processes, and a second store in this one, out until it is closed. The lock is a
   * transaction on a file of its own: a {@code FileLock} would be lost when anything in this
   * process opened and closed the same file.
   */
  Connection lock() {
    Path lock = file.resolveSibling("postern.lock");
    try {
      createFile(lock);
      Connection connection = connect(lock);
      try {
        execute(connection, "pragma busy_timeout = 0", "begin exclusive");
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      if (e.getErrorCode() == BUSY) {
        throw new PosternException(
            ErrorCode.STORE_IN_USE,
            "the store "
                + file
                + " is open elsewhere: close the process that holds "
                + lock
                + ", choose another directory, or use PostgreSQL, which several processes can share",
            e);
      }
      throw faults.unavailable(e, faults.why(e));
    } catch (IOException e) {
      throw faults.unavailable(e, "its lock " + lock + " cannot be made: " + e);
    }
  }

  Connection openWriter() throws SQLException {
    Connection connection = connect(file);
    try {
      execute(connection, "pragma busy_timeout = 10000");
      requireWal(connection);
      execute(
          connection,
          "pragma synchronous = full",
          // On macOS a plain fsync leaves the data in the drive's cache.
          "pragma fullfsync = on",
          "pragma checkpoint_fullfsync = on",
          "pragma foreign_keys = on",
          "pragma temp_store = memory",
          "pragma journal_size_limit = 67108864");
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  Connection openReader() throws SQLException {
    Connection connection = connect(file);
    try {
      execute(
          connection,
          "pragma busy_timeout = 10000",
          "pragma temp_store = memory",
          "pragma query_only = on");
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  static void execute(Connection connection, String... statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private void requireWal(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("pragma journal_mode = wal")) {
      String mode = rows.next() ? rows.getString(1) : "none";
      if (!"wal".equals(mode)) {
        throw new PosternException(
            ErrorCode.STORE_UNAVAILABLE,
            "the store "
                + file
                + " cannot keep a write-ahead log, SQLite chose '"
                + mode
                + "'; choose a directory on a local disk");
      }
    }
  }

  private Connection connect(Path path) throws SQLException {
    Connection connection = driver.connect("jdbc:sqlite:" + path, new Properties());
    if (connection == null) {
      throw new SQLException("the SQLite driver does not take the path " + path);
    }
    return connection;
  }

  private static void createDirectory(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectories(directory, only(directory.getRoot(), "rwx------"));
    Path parent = directory.getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  private static void createFile(Path file) throws IOException {
    try {
      Files.createFile(file, only(file.getRoot(), "rw-------"));
      Path parent = file.getParent();
      if (parent != null) {
        sync(parent);
      }
    } catch (FileAlreadyExistsException e) {
      if (knowsPermissions(file)) {
        // SQLite gives the log beside the file the same permissions.
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      }
    }
  }

  private static FileAttribute<?>[] only(Path anywhere, String permissions) {
    return knowsPermissions(anywhere)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean knowsPermissions(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** So that the new name itself survives a power cut. */
  private static void sync(Path directory) {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open directories, and needs no such thing.
      return;
    }
  }
}
