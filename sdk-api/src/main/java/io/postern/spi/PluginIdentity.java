package io.postern.spi;

import io.postern.text.Text;

/**
 * What a plug-in says of itself (rule ECM-3).
 *
 * @param name lower-case letters, digits and hyphens, beginning with a letter; what configuration
 *     names it by
 * @param version the plug-in's own version, for people
 * @param spiVersion the version of this SPI that it was written against, {@link #SPI_VERSION} when
 *     it was compiled
 */
public record PluginIdentity(String name, String version, int spiVersion) {
  /** The version of the plug-in interfaces in this library. */
  public static final int SPI_VERSION = 1;

  public PluginIdentity {
    if (!Text.id(name, "plug-in name").matches("[a-z][a-z0-9-]*")) {
      throw new IllegalArgumentException(
          "plug-in name must be lower-case letters, digits and hyphens, was '" + name + "'");
    }
    version = Text.id(version, "plug-in version");
    if (spiVersion < 1) {
      throw new IllegalArgumentException("SPI version must be 1 or more, was " + spiVersion);
    }
  }

  /** A plug-in written against this version of the SPI. */
  public static PluginIdentity of(String name, String version) {
    return new PluginIdentity(name, version, SPI_VERSION);
  }
}
