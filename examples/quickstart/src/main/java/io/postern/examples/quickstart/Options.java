package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What was said with {@code -D}. No secret of the endpoint is among it: what stands on a command
 * line can be read by everybody on the machine.
 *
 * @param folder where everything is kept that the story makes
 * @param host the real server to play on; empty for one of the example's own
 * @param port its port; 22 unless said
 * @param user the account there; who runs this unless said
 * @param key a file with the account's private key; empty to be asked for a password
 * @param vault where the credential is kept
 */
record Options(
    Path folder,
    Optional<String> host,
    int port,
    String user,
    Optional<Path> key,
    VaultOptions vault) {
  /** What people write when they mean something else, and what to do instead. */
  private static final Map<String, String> MISTAKEN =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry(
                  "password",
                  "leave it out, you will be asked: what stands on a command line can be read by others"),
              Map.entry("passphrase", "leave it out, you will be asked for it"),
              Map.entry("hostname", "it is called -Dhost"),
              Map.entry("server", "it is called -Dhost"),
              Map.entry("username", "it is called -Duser"),
              Map.entry("login", "it is called -Duser"),
              Map.entry("keyfile", "it is called -Dkey"),
              Map.entry("identity", "it is called -Dkey"),
              Map.entry("credential", "it is called -Dcredentials"),
              Map.entry("vault", "say -Dcredentials=vault"),
              Map.entry("aws", "say -Dcredentials=aws")));

  /**
   * Reads them.
   *
   * @throws PosternException SETTINGS_INVALID with all faults
   */
  static Options of(Properties given, boolean terminal) {
    List<String> faults = new ArrayList<>();
    MISTAKEN.forEach(
        (name, instead) -> {
          if (given.getProperty(name) != null) {
            faults.add("-D" + name + " is not known; " + instead);
          }
        });
    Optional<String> host = text(given, "host", faults);
    Optional<String> user = text(given, "user", faults);
    Optional<Path> key = text(given, "key", faults).map(Options::path);
    int port = port(given.getProperty("port"), faults);
    host.filter(name -> name.contains("@"))
        .ifPresent(name -> faults.add("-Dhost=" + name + " names an account; that is -Duser"));
    if (given.getProperty("host") == null) {
      for (String name : List.of("port", "user", "key")) {
        if (given.getProperty(name) != null) {
          faults.add("-D" + name + " goes with -Dhost: name the server too, or leave it out");
        }
      }
    } else if (key.isEmpty() && !terminal) {
      faults.add(
          "there is no terminal to ask for a password; run it in one, or name a private key with"
              + " -Dkey=path");
    }
    key.filter(file -> !Files.isRegularFile(file) || !Files.isReadable(file))
        .ifPresent(file -> faults.add("-Dkey=" + file + " is no file that can be read"));
    VaultOptions vault = VaultOptions.of(given, faults);
    if (!faults.isEmpty()) {
      throw new PosternException(ErrorCode.SETTINGS_INVALID, "the quickstart cannot begin", faults);
    }
    return new Options(
        Path.of(given.getProperty("quickstart.target", "target/quickstart")),
        host,
        port,
        user.orElse(System.getProperty("user.name")),
        key,
        vault);
  }

  static Optional<String> text(Properties given, String name, List<String> faults) {
    String value = given.getProperty(name);
    if (value != null && (value.isBlank() || value.chars().anyMatch(Character::isISOControl))) {
      faults.add("-D" + name + " has no value; write -D" + name + "=...");
      return Optional.empty();
    }
    return Optional.ofNullable(value);
  }

  /** Shells leave the ~ of -Dkey=~/.ssh/id_ed25519 as it is. */
  private static Path path(String value) {
    return value.startsWith("~/")
        ? Path.of(System.getProperty("user.home"), value.substring(2))
        : Path.of(value);
  }

  private static int port(@Nullable String value, List<String> faults) {
    if (value == null) {
      return 22;
    }
    if (value.matches("[0-9]{1,5}")) {
      int port = Integer.parseInt(value);
      if (port >= 1 && port <= 65_535) {
        return port;
      }
    }
    faults.add("-Dport='" + value + "' is no port; one is a number from 1 to 65535");
    return 22;
  }
}
