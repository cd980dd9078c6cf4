package io.postern.core.credential;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.PasswordChanger.Change;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;

/** A store of secrets that keeps a ledger of who holds what, as the oracle of the tests. */
class LedgerVault implements CredentialProvider, CredentialProviderFactory {
  final List<FoundCredential> credentials = new CopyOnWriteArrayList<>();

  /** What is done at the beginning of a call, by the call's name; once each, in order. */
  private final Map<String, List<Runnable>> once = new ConcurrentHashMap<>();

  private final Map<String, Runnable> always = new ConcurrentHashMap<>();

  /** Every call that came to an effect, such as {@code resolve db}. */
  final List<String> acts = new CopyOnWriteArrayList<>();

  /** Every call, by its name, whatever it came to. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** On whose behalf each call was made that has a lease or looks for one. */
  final List<CallContext> contexts = new CopyOnWriteArrayList<>();

  /** What is lent, by call id. */
  final Map<String, String> lent = new ConcurrentHashMap<>();

  /** Who has an account checked out, by key. */
  final Map<String, String> checkedOut = new ConcurrentHashMap<>();

  final List<Secret> secrets = new CopyOnWriteArrayList<>();
  volatile UnaryOperator<Lent> answering = lent -> lent;
  volatile LeaseTerms terms = LeaseTerms.unlimited();
  volatile boolean closed;

  /** Where rotations were sent to. */
  final List<Endpoint> rotatedAt = new CopyOnWriteArrayList<>();

  /** With every capability. */
  static final class Able extends LedgerVault
      implements ChecksOutAccounts, RenewsLeases, RotatesCredentials {
    @Override
    public Lent checkOut(CheckOutRequest request) {
      begin("check-out");
      contexts.add(request.call());
      String callId = request.call().callId();
      String before = checkedOut.putIfAbsent(request.key(), callId);
      if (before != null && !before.equals(callId)) {
        throw new AssertionError(request.key() + " has two holders");
      }
      lend("check-out", request.key(), callId);
      return give(request.key(), callId);
    }

    @Override
    public void checkIn(ReleaseRequest request) {
      begin("check-in");
      contexts.add(request.call());
      checkedOut.remove(request.key(), request.call().callId());
      end("check-in", request);
    }

    @Override
    public LeaseTerms renew(RenewRequest request) {
      begin("renew");
      contexts.add(request.call());
      acts.add("renew " + request.key());
      return new LeaseTerms(request.leaseReference(), Optional.of(request.until()), true);
    }

    @Override
    public void rotate(RotateRequest request) {
      begin("rotate");
      contexts.add(request.call());
      if (!lent.isEmpty() && lent.containsValue(request.key())) {
        throw new AssertionError("rotated while lent");
      }
      request.changer().ifPresent(changer -> change(changer, request));
      begin("rotated");
      acts.add("rotate " + request.key());
      rotatedAt.add(request.endpoint());
    }

    private static void change(PasswordChanger changer, RotateRequest request) {
      try (Secret current = Secret.takeFrom("old".toCharArray());
          Secret next = Secret.takeFrom("new".toCharArray())) {
        changer.change(
            new Change(request.endpoint(), request.key(), current, next, request.call()));
      } catch (RuntimeException e) {
        throw ProviderException.effectUnknown(Failure.ROTATION_FAILED, "the changer failed", "", e);
      }
    }
  }

  LedgerVault has(String key, Precedence precedence) {
    credentials.add(
        FoundCredential.of(key, key, CredentialKind.PASSWORD, precedence).labelled(key + " label"));
    return this;
  }

  LedgerVault hasExclusive(String key) {
    credentials.add(
        FoundCredential.of(key, key, CredentialKind.PASSWORD, Precedence.ITEM)
            .labelled(key + " label")
            .exclusive(true));
    return this;
  }

  void once(String call, Runnable doing) {
    once.computeIfAbsent(call, name -> new CopyOnWriteArrayList<>()).add(doing);
  }

  void always(String call, Runnable doing) {
    always.put(call, doing);
  }

  void heals(String call) {
    always.remove(call);
  }

  long count(String act) {
    return acts.stream().filter(act::equals).count();
  }

  void begin(String call) {
    calls.add(call);
    always.getOrDefault(call, () -> {}).run();
    List<Runnable> queue = once.getOrDefault(call, new ArrayList<>());
    if (!queue.isEmpty()) {
      queue.remove(0).run();
    }
  }

  void lend(String act, String key, String callId) {
    lent.put(callId, key);
    acts.add(act + " " + key);
  }

  void end(String act, ReleaseRequest request) {
    if (lent.remove(request.call().callId()) != null) {
      acts.add(act + " " + request.key());
    }
  }

  Lent give(String key, String callId) {
    Secret secret = Secret.takeFrom(("secret of " + key).toCharArray());
    secrets.add(secret);
    LeaseTerms with = new LeaseTerms("ref-" + callId, terms.expiresAt(), terms.renewable());
    Lent answer = answering.apply(new Lent(Credential.password(key, secret), with));
    begin("after");
    return answer;
  }

  @Override
  public Health health(HealthCheck check) {
    begin("health");
    return Health.up("ledger");
  }

  @Override
  public List<FoundCredential> find(FindRequest request) {
    begin("find");
    contexts.add(request.call());
    return credentials;
  }

  @Override
  public Lent resolve(ResolveRequest request) {
    begin("resolve");
    contexts.add(request.call());
    lend("resolve", request.key(), request.call().callId());
    return give(request.key(), request.call().callId());
  }

  @Override
  public void release(ReleaseRequest request) {
    begin("release");
    contexts.add(request.call());
    end("release", request);
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("ledger", "1.2");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    return this;
  }
}
