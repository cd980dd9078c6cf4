package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.spi.PluginIdentity;
import io.postern.spi.credential.CredentialProviderFactory;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plug-ins on the class path. Looked for only when a configuration needs one; what is broken
 * and asked for by nobody stops nobody.
 */
final class FoundFactories {
  /** A plug-in that said who it is. */
  record Found(CredentialProviderFactory factory, PluginIdentity identity) {}

  private static final Logger log = LoggerFactory.getLogger(FoundFactories.class);

  /** The plug-ins of this project, so that a missing one can be named by its artifact. */
  private static final Map<String, String> SHIPPED =
      Map.of(
          "encrypted-file", "io.postern:postern-credential-encrypted-file",
          "vault", "io.postern:postern-credential-vault",
          "aws", "io.postern:postern-credential-aws");

  private final ClassLoader loader;
  private final List<String> broken = new ArrayList<>();
  private @Nullable List<Found> found;

  private FoundFactories(ClassLoader loader) {
    this.loader = requireNonNull(loader, "loader");
  }

  static FoundFactories on(ClassLoader loader) {
    return new FoundFactories(loader);
  }

  /**
   * The plug-in for a configuration.
   *
   * @throws PosternException PLUGIN_UNKNOWN, PLUGIN_DUPLICATE, PLUGIN_FAILED
   */
  Found of(ManagerConfiguration configuration) {
    Found one =
        configuration
            .byHand()
            .map(factory -> identified(configuration, factory))
            .orElseGet(() -> named(configuration));
    if (one.identity().spiVersion() > PluginIdentity.SPI_VERSION) {
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          "plug-in '"
              + one.identity().name()
              + "' "
              + one.identity().version()
              + " of credential manager '"
              + configuration.name()
              + "' was written against version "
              + one.identity().spiVersion()
              + " of the plug-in interfaces and this library has version "
              + PluginIdentity.SPI_VERSION
              + "; use a newer Postern or an older plug-in");
    }
    return one;
  }

  private static Found identified(
      ManagerConfiguration configuration, CredentialProviderFactory factory) {
    try {
      return new Found(factory, requireNonNull(factory.identity()));
    } catch (RuntimeException | LinkageError e) {
      throw HeldCall.brokenContract(
          configuration.name(), "identity", "it threw " + e.getClass().getName(), null);
    }
  }

  private Found named(ManagerConfiguration configuration) {
    List<Found> matching =
        discovered().stream()
            .filter(one -> one.identity().name().equals(configuration.provider()))
            .toList();
    if (matching.size() > 1) {
      throw new PosternException(
          ErrorCode.PLUGIN_DUPLICATE,
          "credential manager '"
              + configuration.name()
              + "' names plug-in '"
              + configuration.provider()
              + "', and there are "
              + matching.size()
              + ": "
              + String.join(" and ", matching.stream().map(FoundFactories::place).toList())
              + "; take all but one off the class path, or pass the factory by hand");
    }
    if (matching.isEmpty()) {
      throw unknown(configuration);
    }
    return matching.get(0);
  }

  private List<Found> discovered() {
    if (found == null) {
      found = discover();
    }
    return found;
  }

  private List<Found> discover() {
    List<Found> all = new ArrayList<>();
    Iterator<CredentialProviderFactory> factories =
        ServiceLoader.load(CredentialProviderFactory.class, loader).iterator();
    boolean more = true;
    // The bound is for a loader that fails at the same place for ever.
    while (more && broken.size() < 100) {
      try {
        more = factories.hasNext();
        if (more) {
          CredentialProviderFactory factory = factories.next();
          // A loader and its parent may both offer the one class.
          if (all.stream().noneMatch(one -> one.factory().getClass() == factory.getClass())) {
            all.add(new Found(factory, requireNonNull(factory.identity())));
          }
        }
      } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
        // The loader goes on behind a broken entry.
        broken.add(String.valueOf(e.getMessage()));
        log.warn("a credential plug-in on the class path is broken and left out", e);
      }
    }
    return all;
  }

  private PosternException unknown(ManagerConfiguration configuration) {
    String wanted = configuration.provider();
    StringBuilder text =
        new StringBuilder("credential manager '")
            .append(configuration.name())
            .append("' names plug-in '")
            .append(wanted)
            .append("', which is not on the class path");
    List<String> known = discovered().stream().map(one -> one.identity().name()).sorted().toList();
    String artifact = SHIPPED.get(wanted);
    if (artifact != null) {
      text.append("; add the artifact ").append(artifact);
    } else {
      List<String> near = new ArrayList<>(known);
      near.addAll(SHIPPED.keySet());
      near.stream()
          .distinct()
          .min(
              Comparator.comparingInt((String one) -> distance(wanted, one))
                  .thenComparing(one -> one))
          .filter(one -> distance(wanted, one) <= Math.max(2, wanted.length() / 3))
          .ifPresent(
              one -> {
                text.append("; did you mean '").append(one).append("'?");
                if (!known.contains(one)) {
                  text.append(" It comes with the artifact ").append(SHIPPED.get(one));
                }
              });
    }
    text.append("; found were ").append(known.isEmpty() ? "none" : String.join(", ", known));
    if (!broken.isEmpty()) {
      text.append("; left out as broken: ").append(String.join(", ", broken));
    }
    return new PosternException(ErrorCode.PLUGIN_UNKNOWN, text.toString());
  }

  private static String place(Found one) {
    CodeSource source = one.factory().getClass().getProtectionDomain().getCodeSource();
    return one.factory().getClass().getName()
        + " in "
        + (source == null || source.getLocation() == null
            ? "an unknown place"
            : source.getLocation());
  }

  /** How many letters must be changed, added or left out. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
