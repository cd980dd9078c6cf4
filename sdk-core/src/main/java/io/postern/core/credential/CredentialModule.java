package io.postern.core.credential;

import com.google.inject.AbstractModule;
import com.google.inject.Provides;
import com.google.inject.Singleton;
import com.google.inject.multibindings.Multibinder;
import com.google.inject.multibindings.OptionalBinder;
import io.postern.core.audit.Journal;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.sweep.Sweep;
import io.postern.spi.alarm.AlarmListener;

/**
 * Wires the credentials room.
 *
 * <p>Needs: {@link CredentialManagers}, {@link Database}, {@link io.postern.core.store.Ids}, {@link
 * io.postern.core.audit.Journal}, {@link People}, {@link Judge}, {@link Items}, {@link
 * java.time.InstantSource}, and an {@code Optional<PasswordChanger>}.
 *
 * <p>Exposes: {@link Lending} and {@link CredentialServices}, and contributes {@link Sweep}s for
 * leases, for what it holds in memory and for the members of managers. An {@link AlarmListener} is
 * told where one is bound. Not a private module, because that could not contribute the sweep; all
 * else that it binds is package-private. Whoever opened the managers closes them, after the
 * sweeper.
 */
public final class CredentialModule extends AbstractModule {
  private final CandidateTimes times;

  /** Candidates are remembered for so long. */
  public CredentialModule(CandidateTimes times) {
    this.times = times;
  }

  @Override
  protected void configure() {
    OptionalBinder.newOptionalBinder(binder(), AlarmListener.class);
    bind(CandidateTimes.class).toInstance(times);
    bind(CandidateCache.class).in(Singleton.class);
    bind(Finding.class).in(Singleton.class);
    bind(LentEndpoints.class).in(Singleton.class);
    bind(LoanRefusals.class).in(Singleton.class);
    bind(Alarms.class).in(Singleton.class);
    bind(Views.class).in(Singleton.class);
    bind(HandWork.class).in(Singleton.class);
    bind(Upkeep.class).in(Singleton.class);
    bind(Offers.class).in(Singleton.class);
    bind(Lender.class).in(Singleton.class);
    bind(LateLoans.class).in(Singleton.class);
    bind(LateRotations.class).in(Singleton.class);
    bind(NotLent.class).in(Singleton.class);
    bind(Silence.class).in(Singleton.class);
    bind(Holders.class).in(Singleton.class);
    bind(Borrowing.class).in(Singleton.class);
    bind(Returning.class).in(Singleton.class);
    bind(Rotation.class).in(Singleton.class);
    bind(Setbacks.class).in(Singleton.class);
    bind(Settlement.class).in(Singleton.class);
    bind(Renewal.class).in(Singleton.class);
    bind(CheckOuts.class).in(Singleton.class);
    bind(LeaseSweep.class).in(Singleton.class);
    bind(MemberSweep.class).in(Singleton.class);
    bind(SessionHearing.class).in(Singleton.class);
    bind(ManagerListing.class).in(Singleton.class);
    bind(LiveChange.class).in(Singleton.class);
    bind(Lending.class).to(ProviderLending.class).in(Singleton.class);
    Multibinder<Sweep> sweeps = Multibinder.newSetBinder(binder(), Sweep.class);
    sweeps.addBinding().to(LeaseSweep.class);
    sweeps.addBinding().to(Upkeep.class);
    sweeps.addBinding().to(MemberSweep.class);
  }

  @Provides
  @Singleton
  CredentialServices services(
      People people,
      Judge judge,
      Items items,
      Database database,
      Offers offers,
      CheckOuts checkOuts,
      ManagerListing listing,
      LiveChange liveChange,
      Views views,
      HandWork handWork,
      Journal journal) {
    return person ->
        new PersonCredentials(
            person,
            people,
            judge,
            items,
            database,
            offers,
            checkOuts,
            listing,
            liveChange,
            views,
            handWork,
            journal);
  }
}
