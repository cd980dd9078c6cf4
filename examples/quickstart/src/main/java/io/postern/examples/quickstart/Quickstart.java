package io.postern.examples.quickstart;

import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.PosternBuilder;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.recording.Recording;
import io.postern.session.Connection;
import io.postern.session.Session;
import java.io.IOException;
import java.util.List;

/**
 * A whole session, from the ask to the sealed end, on your own machine: read {@link #play} from top
 * to bottom, and follow the people in it: {@link Ada}, {@link Maya} and {@link Noor}.
 *
 * <p>Run it with {@code ./mvnw -q -Pquickstart}; README.md says what can be said with {@code -D}.
 */
public final class Quickstart {
  private final Options options;
  private final Terminal terminal;
  private final Narrator narrator;

  Quickstart(Options options, Terminal terminal, Narrator narrator) {
    this.options = options;
    this.terminal = terminal;
    this.narrator = narrator;
  }

  /** Runs inside Maven, so it must leave no thread behind, and never calls System.exit. */
  public static void main(String[] args) throws IOException {
    Terminal terminal = Terminal.ofThisProcess();
    Narrator narrator = new Narrator(System.out, terminal.isThere());
    try {
      new Quickstart(Options.of(System.getProperties(), terminal.isThere()), terminal, narrator)
          .play();
    } catch (PosternException e) {
      // Every failure of Postern has a code for programs and a text for people.
      throw narrator.endsEarly(e);
    }
  }

  /** The story. Everything it opens is closed again, in reverse order, whatever happens. */
  void play() throws IOException {
    narrator.title("Postern: a privileged session, from the ask to the sealed end");
    try (Folder folder = Folder.fresh(options.folder());
        Place place = options.host().isEmpty() ? anEndpoint(folder) : theirEndpoint();
        Vault vault = aVault(folder);
        Postern postern = aPostern(folder, place, vault)) {

      // Every call is made as one person. The host has authenticated them; Postern judges them.
      Ada ada = new Ada(postern.as(People.ADA), narrator);
      Maya maya = new Maya(postern.as(People.MAYA), narrator);
      Noor noor = new Noor(postern.as(People.NOOR), narrator);

      ada.describes(place);
      theCredentialGoesIntoTheVault(place, vault);

      Session session = maya.asks(place.item());
      noor.approves();
      maya.isTold(session);

      try (Connection live = maya.connects(session, place)) {
        maya.runsCommands(live);
        String note = maya.sendsAFile(live, folder, place);
        try {
          maya.usesAShell(live, note);
          maya.fetchesTheFile(live, folder, note);
        } finally {
          maya.removesTheFile(live, note);
        }
        maya.extendsIt(session);
      }
      maya.ends(session);

      ada.seesThatNothingIsOwed(place);
      theCredentialLeavesTheVault(vault);
      List<Recording> recordings = ada.verifies(session);
      ada.keepsTheEvidence(session, recordings, folder);
    }
    narrator.end("Everything is closed: no connection, no thread and no process is left.");
  }

  /** Without -Dhost: an SSH server of our own, whose account has a password that nobody knows. */
  private Place anEndpoint(Folder folder) throws IOException {
    narrator.act("An endpoint");
    ExampleServer server = ExampleServer.start(folder.endpoint());
    narrator.tells(
        "Server",
        "inside this example, real SSH on %s:%d, with a real /bin/sh behind it.",
        server.host(),
        server.port());
    narrator.tells(
        "Server",
        "account '%s' has a random password that nobody has seen, or will.",
        server.account());
    return server;
  }

  /** With -Dhost: a server that is somebody's. */
  private Place theirEndpoint() {
    narrator.act("An endpoint");
    RealServer server = new RealServer(options, terminal);
    narrator.tells("You", "name the account '%s' of %s.", server.account(), server.address());
    return server;
  }

  /** Credentials live in a manager: a plug-in. The default keeps them in one encrypted file. */
  private Vault aVault(Folder folder) {
    narrator.act("A vault, and Postern");
    Vault vault = options.vault().open(folder.credentials());
    narrator.tells("Vault", "%s", vault.description());
    return vault;
  }

  /** Postern is a library: this is all that it takes. Nothing runs unless it is named here. */
  private Postern aPostern(Folder folder, Place place, Vault vault) {
    PosternBuilder builder =
        PosternBuilder.create()
            .people(People.directory())
            .dataFolder(folder.store()) // no data source given: an embedded SQLite file
            .recordings(folder.recordings())
            .connector("ssh")
            .credentialManager("vault", vault.plugin(), vault.settings());
    // The vault only keeps passwords. Somebody has to change them at the endpoint: the host.
    place.passwordChanger().ifPresent(builder::passwordChanger);
    Postern postern = builder.build();
    narrator.tells(
        "Postern", "opens in this process: store, recordings, SSH connector, vault plug-in.");
    return postern;
  }

  private void theCredentialGoesIntoTheVault(Place place, Vault vault) {
    try (Credential credential = place.credential()) {
      String forWhom = vault.put(place, credential);
      narrator.tells(
          "Vault",
          "takes the %s of '%s': %s.",
          credential.kind() == CredentialKind.PASSWORD ? "password" : "private key",
          credential.username(),
          forWhom);
    }
  }

  /** Only out of a vault that is somebody's; whatever happened before, closing it does the same. */
  private void theCredentialLeavesTheVault(Vault vault) {
    vault.remove().ifPresent(what -> narrator.tells("Vault", "%s", what));
  }
}
