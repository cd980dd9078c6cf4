package io.postern.credential.vault;

import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.OMAR;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.SHOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Candidate.Precedence;
import io.postern.jump.JumpItemId;
import io.postern.spi.connector.Endpoint;
import io.postern.testing.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntryTest {
  private static Entry entry(String text) {
    List<String> faults = new ArrayList<>();
    List<Entry> entries = Entry.parse("test", text, false, faults);
    assertThat(faults).isEmpty();
    return entries.get(0);
  }

  @Rule("LOG-1")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{item}-ro                       | orders-db-ro    | shop-web-ro | ITEM",
        "hosts/{host}/admin              | hosts/127.0.0.1/admin | hosts/127.0.0.2/admin | ITEM",
        "{group}-ops                     | databases-ops   | web-ops     | GROUP",
        "{tag}/x for item=orders-db      | prod/x          |             | ITEM",
        "ro for tag=prod                 | ro              |             | GROUP",
        "personal/{person}               | personal/maya   | personal/omar | PERSON",
        "ro for people=dba               | ro              |             | PERSON",
        "ro for group=web, person=maya   |                 |             | GROUP",
        "ro for everyone                 | ro              | ro          | SITE",
        "{attribute.role}                |                 |             | ITEM",
      })
  void entry_isForWhomItSays(String text, String maya, String omar, Precedence precedence) {
    Entry entry = entry(text);

    assertThat(entry.name(ORDERS, MAYA)).isEqualTo(Optional.ofNullable(maya));
    assertThat(entry.name(SHOP, OMAR)).isEqualTo(Optional.ofNullable(omar));
    assertThat(entry.precedence()).isEqualTo(precedence);
  }

  /** RFC 4343: names are the same in any case of letters. */
  @Test
  void host_isTheSameInAnyCaseOfLetters() {
    Endpoint upper = TestVault.endpoint("db", "DB1.Example", "databases", "prod");
    assertThat(entry("ro for host=db1.example").name(upper, MAYA)).contains("ro");
    assertThat(Conditions.of(Map.of("postern-host", "dB1.example")).fit(upper, MAYA)).isTrue();
    assertThat(entry("ro for host=db2.example").name(upper, MAYA)).isEmpty();
  }

  @Test
  void valuesBehindABar_areAlternatives() {
    assertThat(entry("ro for tag=stage|prod").name(ORDERS, MAYA)).contains("ro");
  }

  @Test
  void userName_canBeATemplateToo() {
    assertThat(entry("ops as {person} for everyone").user(ORDERS, MAYA)).contains("maya");
  }

  @Test
  void severalEntries_areSeparatedBySemicolonsOrLines() {
    assertThat(Entry.parse("test", "{item}; \n a for everyone\n", false, new ArrayList<>()))
        .hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", "../orders", "a/b", "a%2fb", "a?b", " ", "a\nb"})
  void itemWhoseNameLeadsElsewhere_getsNothing(String item) {
    Endpoint odd =
        new Endpoint(JumpItemId.of("i"), item, "ssh", "h", 22, Optional.empty(), "", Map.of());

    assertThat(entry("hosts/{name}/root").name(odd, MAYA)).isEmpty();
  }

  @Test
  void metadata_areConditionsOfWhichAllMustHold() {
    Conditions conditions =
        Conditions.of(
            Map.of("postern-group", "databases|web", "postern-people", "dba", "owner", "x"));

    assertThat(conditions.fit(ORDERS, MAYA)).isTrue();
    assertThat(conditions.fit(SHOP, OMAR)).isFalse();
    assertThat(conditions.precedence()).isEqualTo(Precedence.GROUP);
    assertThat(Conditions.of(Map.of("owner", "x")).isEmpty()).isTrue();
    assertThat(Conditions.of(Map.of("postern-everyone", "true")).isEmpty()).isFalse();
  }
}
