package io.postern.connector.ssh;

import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import java.util.List;
import net.schmizz.sshj.common.SecurityUtils;

/**
 * Makes connectors that reach endpoints by SSH; jump items name it with the method {@code ssh}.
 *
 * <p>Cheap to make, safe for use by several threads.
 */
public final class SshConnectorFactory implements ConnectorFactory {
  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("ssh", "0.1.0");
  }

  @Override
  public List<Setting<?>> settings() {
    return SshSettings.declared();
  }

  @Override
  public List<String> validate(Settings settings) {
    return SshSettings.of(settings).faults();
  }

  /**
   * Makes the connector.
   *
   * <p>Tells sshj, for the whole JVM, not to register Bouncy Castle as a security provider: see
   * {@code docs/decisions/0200-bouncy-castle-stays-unregistered.md}.
   */
  @Override
  public Connector create(Settings settings, PluginContext context) {
    // Here and in no static block: what merely lies on the class path must change nothing.
    SecurityUtils.setRegisterBouncyCastle(false);
    return new SshConnector(SshSettings.of(settings), context);
  }
}
