package io.postern.tck;

import io.postern.tck.SpiRule.Level;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Puts a credential provider through the rules of {@link io.postern.spi.credential}: {@code
 * CP-FIND-1} and so on, as they stand there at the methods. Extend it, implement {@link #provider},
 * and run it with JUnit.
 *
 * <ul>
 *   <li>A broken MUST fails its test, a broken SHOULD aborts it. Both say which rule it is, what
 *       was seen, and what to look at.
 *   <li>A capability is tested when the provider implements its interface. One that it does not
 *       implement must not be promised either.
 *   <li>A test that needs something of the store which {@link ProviderUnderTest} did not say is
 *       aborted, and names the line that it wants.
 *   <li>Whatever the provider says in any test, in answers, failures, {@code toString} and the log,
 *       is searched for the secrets that it lent and those in its settings. The log is heard where
 *       it is Logback's.
 * </ul>
 *
 * <p>The provider's clock stands still unless a rule moves it; how long the kit waits is real time
 * ({@link ProviderUnderTest#patience}). Each test gets a provider of its own.
 */
public abstract class CredentialProviderTck {
  /**
   * The provider and its store, each time new: what one test did to the store, another must not
   * see.
   *
   * @param clock the clock that the provider will be given, for a store that the test plays itself
   */
  protected abstract ProviderUnderTest provider(KitClock clock) throws Exception;

  @TestFactory
  @DisplayName("A credential provider")
  final Stream<DynamicContainer> rules() {
    return Stream.of(
        container("is found, and made of its settings", FactoryChecks.all()),
        container("says how it is", HealthChecks.all()),
        container("finds", FindChecks.all()),
        container("resolves", ResolveChecks.all()),
        container("takes back", ReleaseChecks.all()),
        container("fails in known ways", FailureChecks.all()),
        container("keeps time", TimeChecks.all()),
        container("is one of a group", GroupChecks.all()),
        container("tells no secrets", LeakChecks.all()),
        container("promises what it can do", CapabilityChecks.all()),
        container("checks out and in", CheckOutChecks.all()),
        container("renews", RenewChecks.all()),
        container("rotates", RotateChecks.all()),
        container("signs", SignChecks.all()),
        container("ends", CloseChecks.all()));
  }

  private DynamicContainer container(String name, List<Check> checks) {
    return DynamicContainer.dynamicContainer(
        name,
        checks.stream().map(check -> DynamicTest.dynamicTest(check.title(), () -> lookAt(check))));
  }

  private void lookAt(Check check) throws Exception {
    KitClock clock = new KitClock();
    ProviderUnderTest under = provider(clock);
    Subject subject = new Subject(under, clock);
    try {
      check.run().on(subject);
      subject.searchForSecrets();
    } catch (RuleBroken broken) {
      if (broken.rule().level == Level.SHOULD) {
        Assumptions.abort(String.valueOf(broken.getMessage()));
      }
      throw broken;
    } finally {
      try {
        subject.finish();
      } finally {
        under.afterwards.run();
      }
    }
  }
}
