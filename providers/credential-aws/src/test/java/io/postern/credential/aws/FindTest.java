package io.postern.credential.aws;

import static io.postern.credential.aws.Aws.MAYA;
import static io.postern.credential.aws.Aws.OMAR;
import static io.postern.credential.aws.Aws.ORDERS;
import static io.postern.credential.aws.Aws.SHOP;
import static io.postern.credential.aws.Aws.assertNothingDone;
import static io.postern.credential.aws.Aws.find;
import static io.postern.credential.aws.Aws.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialKind;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which secrets are found for whom: by tags and name prefix, over all pages, or not at all. */
@Rule("LOG-1")
class FindTest {
  private final AwsServer server = new AwsServer();
  private final AwsProvider provider = Aws.provider(server);

  @AfterEach
  void close() {
    provider.close();
    server.close();
  }

  @Test
  void found_hasWhatTheTagsSay_andNoSecretIsRead() {
    server
        .hold("prod/orders/app", "{\"password\":\"x\"}")
        .tag("item", "orders-db")
        .tag("username", "app")
        .tag("label", "The application")
        .tag("kind", "private-key");

    assertThat(find(provider, MAYA, ORDERS))
        .containsExactly(
            FoundCredential.of(
                    "prod/orders/app", "app", CredentialKind.PRIVATE_KEY, Precedence.ITEM)
                .labelled("The application"));
    assertThat(server.asked()).containsExactly("ListSecrets");
  }

  @Test
  void secretWithoutUsernameAndLabel_isCalledAsItIs() {
    server.hold("prod/orders/app", "x").tag("item", "orders-db");

    assertThat(find(provider, MAYA, ORDERS))
        .containsExactly(
            FoundCredential.of("prod/orders/app", "app", CredentialKind.PASSWORD, Precedence.ITEM)
                .labelled("prod/orders/app"));
  }

  @ParameterizedTest
  @CsvSource({
    "item, orders-db, ITEM",
    "host, DB1.example, ITEM",
    "group, databases, GROUP",
    "tag, prod, GROUP",
    "person, maya, PERSON",
    "members-of, dba, PERSON",
    "method, ssh, SITE",
    "site, true, SITE"
  })
  @Rule("LOG-5")
  void condition_decidesWhoFindsIt_andHowClose(String key, String value, Precedence precedence) {
    server.hold("one", "x").tag(key, value);

    assertThat(find(provider, MAYA, ORDERS))
        .extracting(FoundCredential::precedence)
        .containsExactly(precedence);
    if (!key.equals("site")) {
      assertThat(find(provider, OMAR, SHOP)).isEmpty();
    }
  }

  @Test
  void severalConditions_mustAllHold_andOfSeveralValuesOne() {
    server
        .hold("one", "x")
        .tag("item", "orders-db")
        .tag("item.2", "shop-web")
        .tag("person", "maya");

    assertThat(find(provider, MAYA, ORDERS)).hasSize(1);
    assertThat(find(provider, MAYA, SHOP)).hasSize(1);
    assertThat(find(provider, OMAR, ORDERS)).isEmpty();
  }

  @Test
  void secretWithoutCondition_isForNobody() {
    server.hold("one", "x").tag("username", "app");
    server.hold("two", "x");
    server.hold("three", "x").tag("site", "yes");

    assertThat(find(provider, MAYA, ORDERS)).isEmpty();
  }

  @Test
  void emptyTagOfTheEndpoint_matchesNothing() {
    server.hold("one", "x").tag("tag", "");
    Endpoint untagged = Aws.endpoint("plain", "h", "g", "", "ssh");

    assertThat(find(provider, MAYA, untagged)).isEmpty();
  }

  @Test
  void closestComeFirst() {
    server.hold("d", "x").tag("site", "true");
    server.hold("c", "x").tag("person", "maya");
    server.hold("b", "x").tag("group", "databases");
    server.hold("a2", "x").tag("item", "orders-db");
    server.hold("a1", "x").tag("item", "orders-db");

    assertThat(find(provider, MAYA, ORDERS))
        .extracting(FoundCredential::key)
        .containsExactly("a1", "a2", "b", "c", "d");
  }

  @Test
  @Rule("LOG-3")
  void search_looksAtUserNameAndLabel_inAnyCase() {
    server.hold("one", "x").tag("site", "true").tag("username", "App");
    server.hold("two", "x").tag("site", "true").tag("username", "u").tag("label", "The APP");
    server.hold("three", "x").tag("site", "true").tag("username", "root");

    assertThat(provider.find(Aws.find(MAYA, ORDERS, "aPp")))
        .extracting(FoundCredential::key)
        .containsExactlyInAnyOrder("one", "two");
  }

  @Test
  void stagesTag_offersEachThatThereIs() {
    AwsServer.Held held = server.hold("one", "x").tag("site", "true");
    held.tag("stages", "AWSCURRENT AWSPREVIOUS AWSPENDING");
    held.version("older", "SecretString", "y", "AWSPREVIOUS");

    assertThat(find(provider, MAYA, ORDERS))
        .extracting(FoundCredential::key)
        .containsExactlyInAnyOrder("one", "one#AWSPREVIOUS");
  }

  @Test
  void everyPage_isRead() {
    for (int i = 0; i < 250; i++) {
      server.hold("secret-" + i, "x").tag("site", "true");
    }

    assertThat(find(provider, MAYA, ORDERS)).hasSize(250);
    assertThat(server.asked()).hasSize(3);
  }

  @Test
  void throttledPage_isAskedForAgain() {
    for (int i = 0; i < 150; i++) {
      server.hold("secret-" + i, "x").tag("site", "true");
    }
    server.refuses("ListSecrets", 2, 400, "ThrottlingException", "Rate exceeded");

    assertThat(find(provider, MAYA, ORDERS)).hasSize(150);
  }

  @Test
  @Rule("ECM-7")
  void listingThatStaysThrottled_isAFailure_andNeverAShorterList() {
    for (int i = 0; i < 150; i++) {
      server.hold("secret-" + i, "x").tag("site", "true");
    }
    server.answers("ListSecrets", 200, firstPage());
    server.refuses("ListSecrets", 3, 400, "ThrottlingException", "Rate exceeded");

    assertNothingDone(() -> find(provider, MAYA, ORDERS), Failure.THROTTLED, "ThrottlingException");
  }

  private static String firstPage() {
    return "{\"SecretList\":[{\"Name\":\"secret-0\",\"Tags\":[{\"Key\":\"postern:site\","
        + "\"Value\":\"true\"}]}],\"NextToken\":\"1\"}";
  }

  @Test
  void moreSecretsThanAllowed_isAFailure() {
    for (int i = 0; i < 11; i++) {
      server.hold("secret-" + i, "x").tag("site", "true");
    }
    try (AwsProvider narrow = Aws.provider(settings(server.endpoint()).and("max-secrets", 10))) {
      assertNothingDone(
          () -> find(narrow, MAYA, ORDERS),
          Failure.MISCONFIGURED,
          "more than 10 secrets",
          "name-prefix",
          "max-secrets");
      server.forget("secret-3");
      assertThat(find(narrow, MAYA, ORDERS)).hasSize(10);
    }
  }

  @Test
  void pagesInACircle_areAFailure() {
    for (int i = 0; i < 6; i++) {
      server.answers("ListSecrets", 200, "{\"SecretList\":[],\"NextToken\":\"again\"}");
    }

    assertNothingDone(() -> find(provider, MAYA, ORDERS), Failure.UNAVAILABLE, "understood");
  }

  @Test
  void namePrefix_leavesOutTheRest() {
    server.hold("prod/a", "x").tag("site", "true");
    server.hold("test/a", "x").tag("site", "true");
    try (AwsProvider prod = Aws.provider(settings(server.endpoint()).and("name-prefix", "prod/"))) {
      assertThat(find(prod, MAYA, ORDERS))
          .extracting(FoundCredential::key)
          .containsExactly("prod/a");
      assertNothingDone(
          () -> prod.resolve(Aws.resolve(MAYA, ORDERS, "test/a")), Failure.NOT_FOUND, "prod/");
    }
  }

  @Test
  void slipInATag_isAFailureWithAHint_becauseIgnoringItWouldLetMorePeopleIn() {
    server.hold("one", "x").tag("item", "orders-db").tag("persom", "omar");

    assertNothingDone(
        () -> find(provider, MAYA, ORDERS),
        Failure.MISCONFIGURED,
        "'one'",
        "'postern:persom' is not known",
        "did you mean 'postern:person'?");
    assertThat(find(provider, MAYA, SHOP)).isEmpty();
  }

  @Test
  void unknownKind_isAFailure() {
    server.hold("one", "x").tag("item", "orders-db").tag("kind", "passwort");

    assertNothingDone(() -> find(provider, MAYA, ORDERS), Failure.MISCONFIGURED, "passwort");
  }

  @Test
  void nameThatNamesNoUser_isAFailureThatSaysWhich() {
    server.hold("prod/orders/", "x").tag("item", "orders-db");

    assertNothingDone(
        () -> find(provider, MAYA, ORDERS),
        Failure.MISCONFIGURED,
        "prod/orders/",
        "postern:username");
  }

  @Test
  void nameThatIsTooLongForAKey_isAFailure() {
    server.hold("n".repeat(201), "x").tag("item", "orders-db");

    assertNothingDone(() -> find(provider, MAYA, ORDERS), Failure.MISCONFIGURED, "200 characters");
  }

  @Test
  void nothingThatFits_isAnEmptyAnswer() {
    Person nobody = Person.named("nobody", "Nobody").build();
    server.hold("one", "x").tag("person", "maya");

    assertThat(find(provider, nobody, ORDERS)).isEmpty();
  }
}
