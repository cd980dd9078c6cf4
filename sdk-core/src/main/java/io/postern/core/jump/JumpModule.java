package io.postern.core.jump;

import com.google.inject.PrivateModule;

/**
 * The catalog: items, groups, policies, host keys, search, and the judge of who may do what.
 *
 * <p>Needs {@code Database}, {@code Ids}, {@code Journal}, {@code People}, {@code Connectors},
 * {@code InstantSource} and {@code Optional<Notifier>}; exposes {@link Items}, {@link Judge},
 * {@link JumpServices} and {@link ExternalItems}.
 */
public final class JumpModule extends PrivateModule {
  @Override
  protected void configure() {
    bind(Items.class).to(JdbcItems.class);
    bind(Judge.class).to(DefaultDenyJudge.class);
    bind(JumpServices.class).to(ServicesOfOnePerson.class);
    bind(Changes.class);
    bind(ItemChanges.class);
    bind(GroupChanges.class);
    bind(PolicyChanges.class);
    bind(HostKeyChanges.class);
    bind(ExternalItems.class).to(InventoriedItems.class);
    expose(Items.class);
    expose(Judge.class);
    expose(JumpServices.class);
    expose(ExternalItems.class);
  }
}
