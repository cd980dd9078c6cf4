package io.postern.spi;

import java.time.InstantSource;

/**
 * What the host gives a plug-in instance when it is made. Implemented by Postern; may gain methods.
 */
public interface PluginContext {
  /** The name under which the embedder configured this instance, such as {@code site-vault}. */
  String instanceName();

  /** The one clock. Plug-ins read no other, so that tests can drive time. */
  InstantSource clock();
}
