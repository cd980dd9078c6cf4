package io.postern.spi.credential;

import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import java.util.List;

/**
 * Makes instances of one kind of credential provider; found by {@link java.util.ServiceLoader}, run
 * only when the host configures it by name.
 *
 * <p>Cheap to make, safe for use by several threads, and without input or output: only the provider
 * talks to its store.
 */
public interface CredentialProviderFactory {
  /**
   * Name, version and SPI version.
   *
   * <ul>
   *   <li><b>CP-ID-1</b> MUST be the same every time, and name no newer SPI than it was compiled
   *       against.
   *   <li><b>CP-ID-2</b> MUST be an answer of a factory that {@link java.util.ServiceLoader} finds:
   *       a public class with a public constructor without parameters, named in {@code
   *       META-INF/services}.
   * </ul>
   */
  PluginIdentity identity();

  /**
   * Every setting the plug-in knows (rule ECM-3). Postern checks type and presence before anything
   * else.
   *
   * <ul>
   *   <li><b>CP-SET-1</b> MUST be the same list every time, no key in it twice.
   *   <li><b>CP-SET-2</b> SHOULD say of each setting what it is for.
   * </ul>
   */
  List<Setting<?>> settings();

  /**
   * What is wrong with settings that are each of the right type, such as two that exclude each
   * other; all of it, each as a sentence without secret values.
   *
   * <ul>
   *   <li><b>CP-VAL-1</b> MUST name all faults at once, in what it returns: it throws nothing.
   *   <li><b>CP-VAL-2</b> MUST accept settings with which the plug-in works.
   *   <li><b>CP-VAL-3</b> MUST do without input and output: it answers the same when the store is
   *       out of reach.
   * </ul>
   */
  default List<String> validate(Settings settings) {
    return List.of();
  }

  /**
   * Makes an instance.
   *
   * <ul>
   *   <li><b>CP-CREATE-1</b> MUST NOT connect: it works while the store is out of reach, which is
   *       {@link CredentialProvider#health health}'s to say.
   *   <li><b>CP-CREATE-2</b> MUST make a new instance each time that shares no state with another:
   *       what one does, or its end, changes nothing for the others.
   *   <li><b>CP-CREATE-3</b> MUST fail with MISCONFIGURED, and in no other way, when it cannot be
   *       made of these settings.
   *   <li><b>CP-CREATE-4</b> MUST leave the secrets in the settings open, also when the instance is
   *       closed.
   * </ul>
   *
   * @param settings checked before; the secrets in it stay open until the instance is closed and
   *     are closed by Postern
   * @throws ProviderException MISCONFIGURED when it cannot be made of these settings
   */
  CredentialProvider create(Settings settings, PluginContext context);
}
