package io.postern.core.plugin;

import io.postern.spi.PluginContext;
import java.time.InstantSource;

/** What a plug-in instance is given. */
public record SimplePluginContext(String instanceName, InstantSource clock)
    implements PluginContext {}
