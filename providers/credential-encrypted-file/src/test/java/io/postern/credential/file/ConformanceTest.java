package io.postern.credential.file;

import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.tck.CredentialProviderTck;
import io.postern.tck.KitClock;
import io.postern.tck.ProviderUnderTest;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The encrypted file keeps the rules that every credential provider keeps. */
@Rule("ECM-12")
class ConformanceTest extends CredentialProviderTck {
  private static final Person NOOR = Person.named("noor", "Noor").memberOf("dba").build();

  @TempDir Path directory;
  private int stores;

  @Override
  protected ProviderUnderTest provider(KitClock clock) throws IOException {
    Store store = new Store(Files.createDirectory(directory.resolve("store-" + ++stores)));
    try (EncryptedCredentialFile file = store.create()) {
      Store.put(file, ofDba("app", "app_user"), "correct-horse-battery");
      Store.put(file, ofDba("key", "deploy"), "-----BEGIN some private key-----");
      Store.put(file, ofDba("root", "root").exclusive(), "tr0ub4dor-and-3");
    }
    Path aside = store.directory.resolve("aside");
    return ProviderUnderTest.of(
            new EncryptedFileProviderFactory(), settings(store), Store.ORDERS, Store.MAYA)
        .notAt(Store.SHOP)
        .notFor(Store.OMAR)
        .alsoFor(NOOR)
        .cutBy(() -> cut(store.path, aside), () -> mend(store.path, aside))
        .rotating("app")
        .refusing(
            settings(store).and("passphrase", Store.secret("open-sesame-open")),
            "passphrase",
            "key-file");
  }

  private static CredentialEntry.Builder ofDba(String key, String user) {
    return CredentialEntry.password(key, user).forItem("orders-db").forMembersOf("dba");
  }

  private static Settings settings(Store store) {
    return Settings.with("file", store.path).and("key-file", store.keyPath);
  }

  /** A link to itself cannot be read, as a disk that has gone cannot. */
  private static void cut(Path file, Path aside) throws IOException {
    if (!Files.exists(aside)) {
      Files.move(file, aside);
      Files.createSymbolicLink(file, file.getFileName());
    }
  }

  private static void mend(Path file, Path aside) throws IOException {
    if (Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
      Files.delete(file);
      Files.move(aside, file);
    }
  }
}
