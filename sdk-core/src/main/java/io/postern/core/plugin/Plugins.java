package io.postern.core.plugin;

import static java.util.Objects.requireNonNull;

/**
 * The places where plug-ins are looked for. Nothing is looked at before a configuration needs it.
 * Safe for use by several threads.
 */
public final class Plugins implements AutoCloseable {
  private final ClassLoader classPath;

  private Plugins(ClassLoader classPath) {
    this.classPath = requireNonNull(classPath, "loader");
  }

  /** What {@code loader} sees, and nothing else. */
  public static Plugins on(ClassLoader loader) {
    return new Plugins(loader);
  }

  ClassLoader classPath() {
    return classPath;
  }

  /** Lets go of what was loaded. Harmless when done twice. */
  @Override
  public void close() {}
}
