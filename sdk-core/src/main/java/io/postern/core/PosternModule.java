package io.postern.core;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import io.postern.Access;
import io.postern.Postern;
import io.postern.approval.Approvals;
import io.postern.audit.AuditTrail;
import io.postern.credential.Credentials;
import io.postern.jump.Catalog;
import io.postern.jump.JumpItems;
import io.postern.notice.Inbox;
import io.postern.person.PersonId;
import io.postern.recording.Recordings;
import io.postern.session.Sessions;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;

/**
 * Postern in a host's own Guice injector. Binds {@link Postern} as a singleton and {@link Access}
 * with the services {@link JumpItems}, {@link Approvals}, {@link Sessions}, {@link Credentials},
 * {@link Inbox}, {@link Recordings}, {@link Catalog} and {@link AuditTrail}, each for the person
 * who acts when it is injected.
 *
 * <p>In {@code Stage.DEVELOPMENT}, which is Guice's default, Postern is opened when it or a service
 * is first injected; in {@code Stage.PRODUCTION} Guice makes singletons at once, so that the store
 * is opened, and whatever {@link PosternBuilder#build} throws is thrown, while the injector is
 * created. The host closes it.
 *
 * <p>Needs nothing from the host's injector. Postern's own rooms live in an injector of their own,
 * so that no binding of the host's and none of Postern's can clash.
 */
public final class PosternModule extends AbstractModule {
  private final PosternBuilder builder;
  private final Provider<PersonId> actingPerson;

  /**
   * A module for one Postern.
   *
   * @param builder what it is built of; built once
   * @param actingPerson who acts now, such as the user of the current web request; asked at each
   *     injection of a service, which is why services are injected where one person acts, or as a
   *     {@code Provider}
   */
  public PosternModule(PosternBuilder builder, Provider<PersonId> actingPerson) {
    this.builder = requireNonNull(builder, "builder");
    this.actingPerson = requireNonNull(actingPerson, "actingPerson");
  }

  @Provides
  @Singleton
  Postern postern() {
    return builder.build();
  }

  @Provides
  Access access(Postern postern) {
    return postern.as(actingPerson.get());
  }

  @Provides
  JumpItems jumpItems(Access access) {
    return access.jumpItems();
  }

  @Provides
  Approvals approvals(Access access) {
    return access.approvals();
  }

  @Provides
  Sessions sessions(Access access) {
    return access.sessions();
  }

  @Provides
  Credentials credentials(Access access) {
    return access.credentials();
  }

  @Provides
  Inbox inbox(Access access) {
    return access.inbox();
  }

  @Provides
  Recordings recordings(Access access) {
    return access.recordings();
  }

  @Provides
  Catalog catalog(Access access) {
    return access.catalog();
  }

  @Provides
  AuditTrail auditTrail(Access access) {
    return access.audit();
  }
}
