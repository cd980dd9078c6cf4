package io.postern.core.tool;

import com.google.inject.PrivateModule;
import jakarta.inject.Singleton;

/**
 * The guard around every tool.
 *
 * <p>Needs {@link io.postern.core.recording.Recorder} and {@link io.postern.core.audit.Journal}.
 * Exposes {@link Guard}.
 */
public final class ToolModule extends PrivateModule {
  @Override
  protected void configure() {
    bind(ToolGuard.class).in(Singleton.class);
    bind(Guard.class).to(ToolGuard.class);
    expose(Guard.class);
  }
}
