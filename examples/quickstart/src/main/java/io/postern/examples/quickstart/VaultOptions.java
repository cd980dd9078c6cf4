package io.postern.examples.quickstart;

import io.postern.text.Text;
import java.net.URI;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkSystemSetting;

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
      new TreeMap<>(
          Map.of(
              "file", List.of(),
              "vault", List.of("vault.address", "vault.token"),
              "aws", List.of("aws.endpoint", "aws.region")));

  /** Reads them; what is wrong goes to {@code faults}, without any value that may be a token. */
  static VaultOptions of(Properties given, List<String> faults) {
    unknown(given, faults);
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
              faults.add(
                  "-D"
                      + name
                      + " goes with -Dcredentials="
                      + other
                      + ": say that, or leave it out");
            }
          }
        });
    return switch (kind) {
      case "vault" -> inVault(given, faults);
      case "aws" -> inAws(given, faults);
      default -> new InFile();
    };
  }

  /** A slip in a name would otherwise be an option that is silently not there. */
  private static void unknown(Properties given, List<String> faults) {
    for (String name : given.stringPropertyNames().stream().sorted().toList()) {
      List<String> known = KNOWN.getOrDefault(name.replaceFirst("\\..*", ""), List.of());
      if (known.isEmpty() || !name.contains(".") || known.contains(name) || isOfAws(name)) {
        continue;
      }
      String instead =
          Text.nearest(name, known)
              .map(near -> "did you mean -D" + near + "?")
              .orElse("there are -D" + String.join(" and -D", known));
      faults.add("-D" + name + " is not known; " + instead);
    }
  }

  /** The AWS SDK has properties of its own, such as aws.accessKeyId. */
  private static boolean isOfAws(String name) {
    return name.startsWith("aws.")
        && !name.equals("aws.endpointUrl") // aws.endpoint is meant
        && (name.equals("aws.profile")
            || Arrays.stream(SdkSystemSetting.values())
                .anyMatch(setting -> name.equals(setting.property())));
  }

  private static VaultOptions inVault(Properties given, List<String> faults) {
    Optional<String> address = Options.text(given, "vault.address", faults);
    Optional<String> token = Options.text(given, "vault.token", faults);
    if (given.getProperty("vault.address") == null) {
      faults.add("-Dcredentials=vault needs -Dvault.address=https://...");
    }
    if (given.getProperty("vault.token") == null) {
      faults.add(
          "-Dcredentials=vault needs -Dvault.token=...; one that ends soon, for what stands on a"
              + " command line can be read by others");
    }
    token
        .filter(text -> !text.matches("[!-~]+"))
        .ifPresent(
            text ->
                faults.add(
                    "-Dvault.token has signs that are in no token; see whether it was copied"
                        + " right"));
    @Nullable URI uri = address.map(text -> uri("vault.address", text, faults)).orElse(null);
    return uri == null || token.isEmpty() ? new InFile() : new InVault(uri, token.get());
  }

  private static VaultOptions inAws(Properties given, List<String> faults) {
    Optional<URI> endpoint =
        Options.text(given, "aws.endpoint", faults).map(text -> uri("aws.endpoint", text, faults));
    Optional<String> region = Options.text(given, "aws.region", faults);
    region
        .filter(text -> !text.matches("[a-z]{2,}(-[a-z]+)+-[0-9]+"))
        .ifPresent(text -> faults.add("-Daws.region is no region; one is eu-central-1"));
    String usual = System.getenv().getOrDefault("AWS_REGION", "us-east-1");
    return new InAws(endpoint, region.orElse(usual));
  }

  private static @Nullable URI uri(String name, String text, List<String> faults) {
    try {
      URI uri = URI.create(text);
      boolean plain =
          uri.getHost() != null
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null
              && (uri.getRawPath() == null || uri.getRawPath().matches("/*"));
      if (plain && "http".equals(uri.getScheme()) && !isHere(uri.getHost())) {
        faults.add(
            "-D"
                + name
                + " is another machine without TLS, where secrets would cross the network for all"
                + " to read; one begins with https://");
        return null;
      }
      if (plain && List.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    // Without the value: it may be a token that was put into the wrong place.
    faults.add("-D" + name + " is no address; one is https://host, or https://host:port");
    return null;
  }

  private static boolean isHere(String host) {
    return host.equals("localhost") || host.equals("[::1]") || host.matches("127(\\.[0-9]+){3}");
  }
}
