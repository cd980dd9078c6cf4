package io.postern.proofs.kill;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A credential store whose ledger outlives every process: a file for each secret that is out, with
 * the call that lent it. One account for each item; those of even number are exclusive.
 *
 * <p>As a remote store would, it takes its time before and after it acts, so that kills fall
 * between what it did and what Postern knows of it.
 */
final class LedgerStore implements CredentialProviderFactory {
  private final Path ledger;

  LedgerStore(Path ledger) {
    this.ledger = ledger;
  }

  /** What is out: the lending call by account, or for shared accounts by account and call. */
  static Map<String, String> out(Path ledger) throws IOException {
    Map<String, String> out = new TreeMap<>();
    try (Stream<Path> files = Files.list(ledger)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.startsWith("account-")) {
          out.put(name, Files.readString(file));
        }
      }
    }
    return out;
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("ledger", "1");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    return new Provider();
  }

  static String account(String item) {
    return "account-" + item;
  }

  private static boolean isExclusive(String account) {
    return Integer.parseInt(account.substring(account.lastIndexOf('-') + 1)) % 2 == 0;
  }

  private final class Provider
      implements CredentialProvider, ChecksOutAccounts, RotatesCredentials {
    private void travel() {
      LockSupport.parkNanos(ThreadLocalRandom.current().nextInt(20_000_000));
    }

    @Override
    public Health health(HealthCheck check) {
      return Health.up("ledger");
    }

    @Override
    public List<FoundCredential> find(FindRequest request) {
      String account = account(request.endpoint().item().value());
      return List.of(
          new FoundCredential(
              account,
              "app",
              account,
              CredentialKind.PASSWORD,
              Precedence.ITEM,
              isExclusive(account)));
    }

    @Override
    public Lent resolve(ResolveRequest request) {
      return lend(
          request.key(), request.key() + "." + request.call().callId(), request.call().callId());
    }

    @Override
    public Lent checkOut(CheckOutRequest request) {
      return lend(request.key(), request.key(), request.call().callId());
    }

    private Lent lend(String account, String entry, String call) {
      travel();
      try {
        // Linked into place, so that an entry is never seen without its content.
        Path draft = ledger.resolve("draft-" + call);
        Files.writeString(draft, call, StandardOpenOption.CREATE);
        try {
          Files.createLink(ledger.resolve(entry), draft);
        } catch (FileAlreadyExistsException e) {
          String holder = Files.readString(ledger.resolve(entry));
          if (!holder.equals(call)) {
            throw ProviderException.withoutEffect(
                Failure.DENIED, account + " is out under " + holder, "", e);
          }
        } finally {
          Files.delete(draft);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      travel();
      return new Lent(
          Credential.password("app", Secret.takeFrom("any".getBytes(UTF_8))),
          new LeaseTerms(call, Optional.empty(), false));
    }

    @Override
    public void release(ReleaseRequest request) {
      giveBack(request.key() + "." + request.call().callId(), request.call().callId());
    }

    @Override
    public void checkIn(ReleaseRequest request) {
      giveBack(request.key(), request.call().callId());
    }

    private void giveBack(String entry, String call) {
      travel();
      Path file = ledger.resolve(entry);
      try {
        if (Files.exists(file) && Files.readString(file).equals(call)) {
          Files.delete(file);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      travel();
    }

    @Override
    public void rotate(RotateRequest request) {
      travel();
    }

    @Override
    public void close() {}
  }
}
