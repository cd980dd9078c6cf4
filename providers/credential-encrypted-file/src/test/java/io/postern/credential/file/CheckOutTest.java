package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Store.MAYA;
import static io.postern.credential.file.Store.OMAR;
import static io.postern.credential.file.Store.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.person.Person;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckOutTest {
  private static final Duration HOUR = Duration.ofHours(1);
  @TempDir Path directory;
  private Store store;
  private EncryptedFileProvider provider;

  @BeforeEach
  void fill() {
    store = new Store(directory);
    try (EncryptedCredentialFile file = store.create()) {
      Store.put(file, CredentialEntry.password("root", "root").exclusive(), "toor");
      Store.put(file, CredentialEntry.password("shared", "app"), "shared");
    }
    provider = store.provider();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private Lent checkOut(Person person, String callId) {
    Lent lent = provider.checkOut(store.checkOut(person, "root", callId, HOUR));
    lent.credential().close();
    return lent;
  }

  @Rule("OUT-3")
  @Test
  void checkOut_ofAnAccountThatIsHeld_isDeniedAndNamesTheHolderInEveryProcess() {
    Lent lent = provider.checkOut(store.checkOut(MAYA, "root", "call-1", HOUR));
    assertThat(lent.lease().expiresAt()).contains(store.clock.instant().plus(HOUR));
    lent.credential().close();

    try (EncryptedFileProvider other = store.provider()) {
      assertNothingDone(
          () -> other.checkOut(store.checkOut(OMAR, "root", "call-2", HOUR)),
          Failure.DENIED,
          "checked out by Maya (maya)",
          "2026-11-22T10:00:00Z");
      assertNothingDone(
          () -> other.checkOut(store.checkOut(MAYA, "root", "call-3", HOUR)),
          Failure.DENIED,
          "checked out by Maya (maya)");
    }
  }

  @Rule("OUT-3")
  @Test
  void checkOut_ofAnAccountThatIsNotExclusive_isForSeveralAtOnce() {
    for (var person : new Person[] {MAYA, OMAR}) {
      Lent lent = provider.checkOut(store.checkOut(person, "shared", "call-" + person.id(), HOUR));
      assertThat(lent.lease().reference()).isEmpty();
      lent.credential().close();
    }
  }

  @Test
  void checkOut_withTheSameCall_answersTheSameAndWritesNothing() throws Exception {
    Lent first = checkOut(MAYA, "call-1");
    byte[] written = Files.readAllBytes(store.path);
    store.clock.advance(Duration.ofMinutes(1));

    Lent again = checkOut(MAYA, "call-1");

    assertThat(again.lease()).isEqualTo(first.lease());
    assertThat(Files.readAllBytes(store.path)).isEqualTo(written);
    assertNothingDone(() -> checkOut(OMAR, "call-1"), Failure.DENIED, "checked out by Maya (maya)");
  }

  @Rule("OUT-4")
  @Test
  void checkOut_endsByItsTime() {
    checkOut(MAYA, "call-1");
    store.clock.advance(HOUR);

    Lent taken = checkOut(OMAR, "call-2");

    assertThat(taken.lease().expiresAt()).contains(store.clock.instant().plus(HOUR));
    assertNothingDone(() -> checkOut(MAYA, "call-1"), Failure.DENIED, "by Omar (omar)");
  }

  @Rule("OUT-4")
  @Test
  void checkIn_endsTheHoldByItsReferenceOrByItsCallAndIsHarmlessTwice() {
    Lent lent = checkOut(MAYA, "call-1");
    var byReference = store.release(MAYA, "root", lent.lease().reference(), "call-1");
    provider.checkIn(byReference);
    provider.checkIn(byReference);

    checkOut(OMAR, "call-2");
    provider.checkIn(byReference); // What Omar holds now is not Maya's to give back.
    assertNothingDone(() -> checkOut(MAYA, "call-3"), Failure.DENIED, "by Omar (omar)");

    provider.checkIn(store.release(OMAR, "root", "", "call-2"));
    checkOut(MAYA, "call-4");
  }

  @Test
  void checkIn_ofAnEntryThatIsGone_doesNothing() {
    checkOut(MAYA, "call-1");
    try (EncryptedCredentialFile file = store.open()) {
      file.remove("root");
    }
    provider.checkIn(store.release(MAYA, "root", "", "call-1"));
  }

  @Test
  void checkOut_untilATimeThatHasPassed_isDenied() {
    assertNothingDone(
        () -> provider.checkOut(store.checkOut(MAYA, "root", "call-1", Duration.ZERO)),
        Failure.DENIED,
        "time that has passed");
  }

  @Test
  void resolve_ofAnExclusiveAccount_isForItsHolderAlone() {
    assertNothingDone(
        () -> provider.resolve(store.resolve(MAYA, ORDERS, "root")),
        Failure.DENIED,
        "exclusive; check it out");
    checkOut(MAYA, "call-1");
    assertThat(store.password(provider, "root")).isEqualTo("toor");
    assertNothingDone(
        () -> provider.resolve(store.resolve(OMAR, ORDERS, "root")),
        Failure.DENIED,
        "checked out by Maya (maya)");
  }

  @Test
  void put_overAnEntryThatIsHeld_leavesItHeld() {
    checkOut(MAYA, "call-1");
    try (EncryptedCredentialFile file = store.open()) {
      Store.put(file, CredentialEntry.password("root", "root").exclusive(), "new");
    }
    assertNothingDone(() -> checkOut(OMAR, "call-2"), Failure.DENIED, "by Maya (maya)");
    assertThat(store.password(provider, "root")).isEqualTo("new");
  }
}
