package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Store.MAYA;
import static io.postern.credential.file.Store.OMAR;
import static io.postern.credential.file.Store.ORDERS;
import static io.postern.credential.file.Store.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Candidate.Precedence;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MatchingTest {
  @TempDir Path directory;
  private Store store;
  private EncryptedFileProvider provider;

  @BeforeEach
  void fill() {
    store = new Store(directory);
    try (EncryptedCredentialFile file = store.create()) {
      put(file, CredentialEntry.password("site", "site-user").label("Whole site"));
      put(file, CredentialEntry.password("item", "item-user").forItem("orders-db"));
      put(file, CredentialEntry.password("host", "host-user").forHost("DB1.Example"));
      put(file, CredentialEntry.password("group", "group-user").forGroup("databases"));
      put(file, CredentialEntry.password("tag", "tag-user").forTag("prod"));
      put(file, CredentialEntry.password("person", "person-user").forPerson("maya"));
      put(file, CredentialEntry.password("members", "members-user").forMembersOf("dba"));
      put(file, CredentialEntry.password("method", "method-user").forMethod("ssh"));
      put(
          file,
          CredentialEntry.password("both", "both-user").forItem("orders-db").forPerson("omar"));
      put(
          file,
          CredentialEntry.password("all", "all-user")
              .forItem("shop-web")
              .forGroup("web")
              .forTag("test")
              .forMembersOf("web")
              .forMethod("http"));
    }
    provider = store.provider();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private static void put(EncryptedCredentialFile file, CredentialEntry.Builder entry) {
    Store.put(file, entry, "secret");
  }

  private List<String> found(Person person, Endpoint at) {
    return provider.find(store.find(person, at, "")).stream().map(FoundCredential::key).toList();
  }

  @Rule("LOG-1")
  @Test
  void find_givesOnlyWhatFitsPersonAndEndpoint() {
    assertThat(found(MAYA, ORDERS))
        .containsExactlyInAnyOrder(
            "site", "item", "host", "group", "tag", "person", "members", "method");
    assertThat(found(OMAR, ORDERS))
        .containsExactlyInAnyOrder("site", "item", "host", "group", "tag", "method", "both");
    assertThat(found(MAYA, SHOP)).containsExactlyInAnyOrder("site", "person", "members");
    assertThat(found(OMAR, SHOP)).containsExactlyInAnyOrder("site", "all");
  }

  @Rule("LOG-5")
  @Test
  void find_putsTheClosestFirstAndSaysHowCloseEachIs() {
    assertThat(provider.find(store.find(MAYA, ORDERS, "")))
        .extracting(FoundCredential::key, FoundCredential::precedence)
        .containsExactly(
            tuple("host", Precedence.ITEM),
            tuple("item", Precedence.ITEM),
            tuple("group", Precedence.GROUP),
            tuple("tag", Precedence.GROUP),
            tuple("members", Precedence.PERSON),
            tuple("person", Precedence.PERSON),
            tuple("site", Precedence.SITE),
            tuple("method", Precedence.SITE));
  }

  private static Tuple tuple(Object... values) {
    return Tuple.tuple(values);
  }

  @Test
  void find_searchesUserNameAndLabelInAnyCase() {
    assertThat(provider.find(store.find(MAYA, ORDERS, "WHOLE")))
        .extracting(FoundCredential::key)
        .containsExactly("site");
    assertThat(provider.find(store.find(MAYA, ORDERS, "Item-U")))
        .extracting(FoundCredential::key)
        .containsExactly("item");
    assertThat(provider.find(store.find(MAYA, ORDERS, "nobody"))).isEmpty();
  }

  @Test
  void resolve_ofWhatDoesNotFit_isDeniedAndOfWhatIsNotThere_isNotFound() {
    assertNothingDone(
        () -> provider.resolve(store.resolve(MAYA, SHOP, "item")),
        Failure.DENIED,
        "'item' is not for Maya at shop-web");
    assertNothingDone(
        () -> provider.resolve(store.resolve(OMAR, ORDERS, "person")),
        Failure.DENIED,
        "'person' is not for Omar");
    assertNothingDone(
        () -> provider.resolve(store.resolve(MAYA, ORDERS, "nothing")),
        Failure.NOT_FOUND,
        "no credential 'nothing'");
  }

  @Test
  void conditions_readAsWords() {
    try (EncryptedCredentialFile file = store.open()) {
      assertThat(file.list())
          .extracting(CredentialEntry::toString)
          .contains(
              "site (site-user, whole site)",
              "host (host-user, host db1.example)",
              "all (all-user, item shop-web, group web, tag test, members of web, method http)");
    }
  }
}
