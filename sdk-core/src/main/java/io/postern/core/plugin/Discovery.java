package io.postern.core.plugin;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.plugin.HeldStep.FailedException;
import io.postern.spi.PluginIdentity;
import io.postern.text.Text;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plug-ins of one kind on the class path and in the folder. Looked for only when a
 * configuration needs one; what is broken and asked for by nobody stops nobody (rule ECM-1). Used
 * by one thread.
 *
 * @param <F> the factory that a plug-in of this kind offers
 */
public final class Discovery<F> {
  /**
   * A plug-in that said who it is. Whoever found it closes it once nothing made of it is in use any
   * more: its class loader goes with the last one that is closed.
   *
   * @param act makes what the audit trail is told of it
   * @param letGo what closing does; harmless when done twice
   */
  public record Found<F>(F factory, PluginIdentity identity, Supplier<Act> act, Runnable letGo)
      implements AutoCloseable {
    /** What the audit trail is told of it: version, place, digests. Reads files. */
    public Act loaded() {
      return act.get();
    }

    /**
     * Runs code of the plug-in for at most 15 seconds, on a thread and under the class loader of
     * its own. A fault of the plug-in's is told by its kind alone: its text may hold a secret.
     *
     * @param what what could not be done where it fails, such as "connector 'ssh' could not be
     *     made"
     * @throws PosternException PLUGIN_FAILED; what the plug-in throws, where it is one
     */
    public <T> T held(String what, Callable<T> step) {
      try {
        return new HeldStep(identity.name(), factory.getClass().getClassLoader(), HeldStep.LIMIT)
            .run(step);
      } catch (FailedException e) {
        if (e.thrown() instanceof PosternException known) {
          throw known;
        }
        throw new PosternException(
            ErrorCode.PLUGIN_FAILED,
            what
                + " ("
                + (e.thrown() == null ? e.getMessage() : e.thrown().getClass().getName())
                + "); tell its vendor");
      }
    }

    /** Lets go of the plug-in. Harmless when done twice. */
    @Override
    public void close() {
      letGo.run();
    }
  }

  private static final Logger log = LoggerFactory.getLogger(Discovery.class);

  private final String kind;
  private final Class<F> type;
  private final Function<F, PluginIdentity> identity;
  private final Map<String, String> shipped;
  private final Plugins plugins;
  private final List<String> broken = new ArrayList<>();
  private @Nullable List<Found<F>> found;
  private @Nullable FolderSearch<F> search;

  /**
   * Looks for plug-ins.
   *
   * @param kind what people call them, such as "credential provider"
   * @param shipped the artifacts of this project by plug-in name, so that a missing one can be
   *     named
   */
  public Discovery(
      String kind,
      Class<F> type,
      Function<F, PluginIdentity> identity,
      Map<String, String> shipped,
      Plugins plugins) {
    this.kind = kind;
    this.type = type;
    this.identity = identity;
    this.shipped = Map.copyOf(shipped);
    this.plugins = requireNonNull(plugins, "plugins");
  }

  /**
   * The plug-in of this name. Of those in the folder only the one that is called so is looked into.
   *
   * @throws PosternException PLUGIN_UNKNOWN with the nearest name or the artifact to add,
   *     PLUGIN_DUPLICATE naming all places, PLUGIN_UNTRUSTED with the lines that would trust it,
   *     PLUGIN_FAILED when it is broken or too new; SETTINGS_INVALID when the folder or its trust
   *     file cannot be used
   */
  public Found<F> named(String name) {
    List<Found<F>> onClassPath =
        discovered().stream().filter(one -> one.identity().name().equals(name)).toList();
    Optional<Found<F>> inFolder = inFolder().named(name);
    try {
      List<Found<F>> all = Stream.concat(onClassPath.stream(), inFolder.stream()).toList();
      if (all.size() > 1) {
        throw duplicate(name, all);
      }
      if (all.isEmpty()) {
        throw unknown(name);
      }
      Found<F> one = requireSupported(all.get(0));
      plugins.got(one.loaded());
      return one;
    } catch (RuntimeException | Error e) {
      inFolder.ifPresent(Found::close);
      throw e;
    }
  }

  /** A plug-in that the host passes by hand. */
  public Found<F> given(F factory) {
    try {
      return requireSupported(lasting(factory));
    } catch (PosternException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          kind
              + " "
              + factory.getClass().getName()
              + " does not say who it is ("
              + e.getClass().getName()
              + "); tell its vendor");
    }
  }

  /** A plug-in that is the host's to load, and that nothing is to be let go of. */
  private Found<F> lasting(F factory) {
    PluginIdentity plugin = requireNonNull(identity.apply(factory));
    return new Found<>(
        factory, plugin, () -> LoadedAct.of(kind, plugin, factory.getClass()), () -> {});
  }

  private Found<F> requireSupported(Found<F> one) {
    PluginIdentity plugin = one.identity();
    if (plugin.spiVersion() > PluginIdentity.SPI_VERSION) {
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          kind
              + " '"
              + plugin.name()
              + "' "
              + plugin.version()
              + " was written against version "
              + plugin.spiVersion()
              + " of the plug-in interfaces and this library has version "
              + PluginIdentity.SPI_VERSION
              + "; use a newer Postern or an older plug-in");
    }
    return one;
  }

  private FolderSearch<F> inFolder() {
    if (search == null) {
      search = new FolderSearch<>(kind, type, identity, plugins);
    }
    return search;
  }

  private List<Found<F>> discovered() {
    if (found == null) {
      found = discover();
    }
    return found;
  }

  private List<Found<F>> discover() {
    List<Found<F>> all = new ArrayList<>();
    Iterator<F> factories = ServiceLoader.load(type, plugins.classPath()).iterator();
    boolean more = true;
    // The bound is for a loader that fails at the same place for ever.
    while (more && broken.size() < 100) {
      try {
        more = factories.hasNext();
        if (more) {
          F factory = factories.next();
          // A loader and its parent may both offer the one class.
          if (all.stream().noneMatch(one -> one.factory().getClass() == factory.getClass())) {
            all.add(lasting(factory));
          }
        }
      } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
        // The loader goes on behind a broken entry.
        broken.add(String.valueOf(e.getMessage()));
        log.warn("a plug-in on the class path is broken and left out kind={}", kind, e);
      }
    }
    return all;
  }

  private PosternException duplicate(String name, List<Found<F>> all) {
    return new PosternException(
        ErrorCode.PLUGIN_DUPLICATE,
        "there are "
            + all.size()
            + " plug-ins named '"
            + name
            + "': "
            + String.join(" and ", all.stream().map(Discovery::place).toList())
            + "; take all but one away, or pass the factory by hand");
  }

  private PosternException unknown(String wanted) {
    StringBuilder text =
        new StringBuilder(kind)
            .append(" '")
            .append(wanted)
            .append("' is not ")
            .append(plugins.places());
    List<String> known =
        Stream.concat(
                discovered().stream().map(one -> one.identity().name()),
                inFolder().names().stream())
            .sorted()
            .distinct()
            .toList();
    String artifact = shipped.get(wanted);
    if (artifact != null) {
      text.append("; add the artifact ").append(artifact);
    } else {
      List<String> near = new ArrayList<>(known);
      near.addAll(shipped.keySet());
      Text.nearest(wanted, near)
          .ifPresent(
              one -> {
                text.append("; did you mean '").append(one).append("'?");
                if (!known.contains(one)) {
                  text.append(" It comes with the artifact ").append(shipped.get(one));
                }
              });
    }
    text.append("; found were ").append(known.isEmpty() ? "none" : String.join(", ", known));
    if (!broken.isEmpty()) {
      text.append("; left out as broken: ").append(String.join(", ", broken));
    }
    return new PosternException(ErrorCode.PLUGIN_UNKNOWN, text.toString());
  }

  private static String place(Found<?> one) {
    Class<?> type = one.factory().getClass();
    String place = one.loaded().details().getOrDefault("place", "");
    return type.getName() + " in " + (place.isEmpty() ? "an unknown place" : place);
  }
}
