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
  /** Name, version and SPI version. The same answer every time. */
  PluginIdentity identity();

  /**
   * Every setting the plug-in knows (rule ECM-3). Postern checks type and presence before anything
   * else.
   */
  List<Setting<?>> settings();

  /**
   * What is wrong with settings that are each of the right type, such as two that exclude each
   * other; all of it, each as a sentence without secret values. No input or output.
   */
  default List<String> validate(Settings settings) {
    return List.of();
  }

  /**
   * Makes an instance. It need not connect yet.
   *
   * @param settings checked before; the secrets in it stay open until the instance is closed and
   *     are closed by Postern
   * @throws ProviderException MISCONFIGURED when it cannot be made of these settings
   */
  CredentialProvider create(Settings settings, PluginContext context);
}
