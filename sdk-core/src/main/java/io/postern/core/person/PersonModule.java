package io.postern.core.person;

import com.google.inject.PrivateModule;

/**
 * The host's people. Needs {@link io.postern.spi.directory.PersonDirectory}; exposes {@link
 * People}.
 */
public final class PersonModule extends PrivateModule {
  @Override
  protected void configure() {
    bind(People.class).to(DirectoryPeople.class);
    expose(People.class);
  }
}
