package io.postern.credential.file;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.testing.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** A credential file in a directory, opened by a key file, and all that is asked of it in tests. */
final class Store {
  static final Person MAYA = Person.named("maya", "Maya").memberOf("dba").build();
  static final Person OMAR = Person.named("omar", "Omar").memberOf("web").build();
  static final Endpoint ORDERS = endpoint("orders-db", "db1.example", "databases", "prod", "ssh");
  static final Endpoint SHOP = endpoint("shop-web", "web1.example", "web", "test", "http");

  final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  final Path directory;
  final Path path;
  final Path keyPath;

  Store(Path directory) {
    this.directory = directory;
    path = directory.resolve("credentials.postern");
    keyPath = keyFile(directory.resolve("key"), "0123456789abcdef0123456789abcdef");
  }

  static Path keyFile(Path path, String content) {
    try {
      if (!Files.exists(path)) {
        Files.createFile(
            path,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(path, content, StandardOpenOption.TRUNCATE_EXISTING);
      }
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  FileKey key() {
    return FileKey.keyFile(keyPath);
  }

  EncryptedCredentialFile create() {
    return EncryptedCredentialFile.create(path, key());
  }

  EncryptedCredentialFile open() {
    return EncryptedCredentialFile.open(path, key());
  }

  /** A new file with one password that fits everything. */
  void withOne(String key, String password) {
    try (EncryptedCredentialFile file = create()) {
      put(file, CredentialEntry.password(key, "postgres"), password);
    }
  }

  static void put(EncryptedCredentialFile file, CredentialEntry.Builder entry, String secret) {
    try (Secret given = secret(secret)) {
      file.put(entry.build(), given);
    }
  }

  static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(StandardCharsets.UTF_8));
  }

  static String reveal(Secret secret) {
    return secret.use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString());
  }

  EncryptedFileProvider provider() {
    return provider(Settings.with("file", path).and("key-file", keyPath));
  }

  EncryptedFileProvider provider(Settings settings) {
    return (EncryptedFileProvider)
        new EncryptedFileProviderFactory().create(settings, context(clock));
  }

  EncryptedFileProvider provider(Disk disk) {
    return new EncryptedFileProvider(
        new StoreFile(path, key(), disk), Duration.ofSeconds(10), 24, clock);
  }

  static PluginContext context(InstantSource clock) {
    return new PluginContext() {
      @Override
      public String instanceName() {
        return "site-file";
      }

      @Override
      public InstantSource clock() {
        return clock;
      }
    };
  }

  static Endpoint endpoint(String item, String host, String group, String tag, String method) {
    return new Endpoint(
        JumpItemId.of(item),
        item,
        method,
        host,
        22,
        Optional.of(JumpGroupId.of(group)),
        tag,
        Map.of());
  }

  CallContext call(Person person, String callId) {
    return new CallContext(
        person,
        Optional.empty(),
        Optional.empty(),
        "log-on",
        callId,
        clock.instant().plusSeconds(30));
  }

  FindRequest find(Person person, Endpoint endpoint, String search) {
    return new FindRequest(endpoint, search, call(person, "call-find"));
  }

  ResolveRequest resolve(Person person, Endpoint endpoint, String key) {
    return new ResolveRequest(key, endpoint, call(person, "call-resolve"));
  }

  CheckOutRequest checkOut(Person person, String key, String callId, Duration time) {
    Instant until = clock.instant().plus(time);
    return new CheckOutRequest(key, ORDERS, until, call(person, callId));
  }

  ReleaseRequest release(Person person, String key, String reference, String callId) {
    return new ReleaseRequest(key, reference, call(person, callId));
  }

  RotateRequest rotate(String key, String callId, PasswordChanger changer) {
    return new RotateRequest(key, ORDERS, Optional.ofNullable(changer), call(MAYA, callId));
  }

  /** The password that the provider gives Maya at the orders database. */
  String password(EncryptedFileProvider provider, String key) {
    var lent = provider.resolve(resolve(MAYA, ORDERS, key));
    try (var credential = lent.credential()) {
      return reveal(((Credential.Password) credential).password());
    }
  }
}
