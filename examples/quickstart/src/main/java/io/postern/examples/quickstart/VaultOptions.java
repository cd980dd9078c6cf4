package io.postern.examples.quickstart;

import io.postern.text.Text;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** Where the credential is kept, as said with {@code -Dcredentials} and what goes with it. */
sealed interface VaultOptions {
  /** Opens it. Nothing is put into it yet. */
  Vault open(Path file);

  /** The default: an encrypted file of the example's own. */
  record InFile() implements VaultOptions {
    @Override
    public Vault open(Path file) {
      return FileVault.create(file);
    }
  }

  /** A Vault or OpenBao server that somebody named. */
  record InVault(URI address, String token) implements VaultOptions {
    @Override
    public Vault open(Path file) {
      return new VaultServer(address, token);
    }

    /** Without the token. */
    @Override
    public String toString() {
      return "InVault[" + address + "]";
    }
  }

  /** AWS Secrets Manager, or what plays it at an endpoint that somebody named. */
  record InAws(Optional<URI> endpoint, String region) implements VaultOptions {
    @Override
    public Vault open(Path file) {
      return new AwsSecrets(endpoint, region);
    }
  }

  /** What goes with which. */
  Map<String, List<String>> KNOWN =
      Map.of(
          "file", List.of(),
          "vault", List.of("vault.address", "vault.token"),
          "aws", List.of("aws.endpoint", "aws.region"));

  /** Reads them; what is wrong goes to {@code faults}. */
  static VaultOptions of(Properties given, List<String> faults) {
    String kind = given.getProperty("credentials", "file");
    if (!KNOWN.containsKey(kind)) {
      String meant =
          Text.nearest(kind, KNOWN.keySet()).map(near -> "; did you mean " + near + "?").orElse("");
      faults.add("-Dcredentials='" + kind + "' is not known; it is file, vault or aws" + meant);
      return new InFile();
    }
    KNOWN.forEach(
        (other, names) -> {
          for (String name : names) {
            if (!other.equals(kind) && given.getProperty(name) != null) {
              faults.add("-D" + name + " goes with -Dcredentials=" + other);
            }
          }
        });
    return switch (kind) {
      case "vault" -> inVault(given, faults);
      case "aws" -> {
        Optional<URI> endpoint =
            Options.text(given, "aws.endpoint", faults)
                .map(text -> uri("aws.endpoint", text, faults));
        String region = Options.text(given, "aws.region", faults).orElse("us-east-1");
        yield new InAws(endpoint, region);
      }
      default -> new InFile();
    };
  }

  private static VaultOptions inVault(Properties given, List<String> faults) {
    Optional<String> address = Options.text(given, "vault.address", faults);
    Optional<String> token = Options.text(given, "vault.token", faults);
    if (given.getProperty("vault.address") == null) {
      faults.add("-Dcredentials=vault needs -Dvault.address=https://...");
    }
    if (given.getProperty("vault.token") == null) {
      faults.add(
          "-Dcredentials=vault needs -Dvault.token=...; one that may be seen, for what stands on a"
              + " command line can be read by others");
    }
    @Nullable URI uri = address.map(text -> uri("vault.address", text, faults)).orElse(null);
    return uri == null || token.isEmpty() ? new InFile() : new InVault(uri, token.get());
  }

  private static @Nullable URI uri(String name, String text, List<String> faults) {
    try {
      URI uri = URI.create(text);
      if (List.of("http", "https").contains(uri.getScheme()) && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    faults.add("-D" + name + "='" + text + "' is no address; one begins with http:// or https://");
    return null;
  }
}
