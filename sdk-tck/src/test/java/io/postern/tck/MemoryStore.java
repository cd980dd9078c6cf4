package io.postern.tck;

import io.postern.credential.CredentialKind;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** A store of secrets in memory, with all that can go wrong on the way to a real one. */
final class MemoryStore {
  /** The way to the store is cut, or its answer did not come back. */
  static final class Gone extends Exception {
    private static final long serialVersionUID = 1L;
    final boolean afterwards;

    Gone(boolean afterwards) {
      super(afterwards ? "connection reset" : "connection refused");
      this.afterwards = afterwards;
    }
  }

  /** One account. */
  static final class Account {
    final String key;
    final String username;
    final CredentialKind kind;
    final boolean exclusive;
    final boolean signed;
    final boolean leased;
    byte[] secret;
    byte[] next = new byte[0];
    String holder = "";
    String holdCall = "";
    String holdReference = "";
    Instant holdEnd = Instant.MIN;

    Account(String key, String username, String secret, String traits) {
      this.key = key;
      this.username = username;
      this.secret = secret.getBytes(StandardCharsets.UTF_8);
      exclusive = traits.contains("exclusive");
      signed = traits.contains("signed");
      leased = traits.contains("leased");
      kind = signed ? CredentialKind.CERTIFICATE : CredentialKind.PASSWORD;
    }
  }

  /** Something lent, until it is given back. */
  static final class Loan {
    final String callId;
    Instant end;

    Loan(String callId, Instant end) {
      this.callId = callId;
      this.end = end;
    }
  }

  final Map<String, Account> accounts = new LinkedHashMap<>();
  final Map<String, Loan> loans = new HashMap<>();
  final String item = "orders-db";
  final String group = "dba";
  private int numbers;
  private boolean cut;
  private boolean hung;
  private boolean losesAnswers;

  MemoryStore() {
    put(new Account("app", "app_user", "correct-horse-battery", ""));
    put(new Account("report", "Report-Reader", "leased-staple-4711", "leased"));
    put(new Account("root", "root", "exclusive-tr0ub4dor", "exclusive"));
    put(new Account("deploy", "deploy", "", "signed"));
  }

  void put(Account account) {
    accounts.put(account.key, account);
  }

  boolean fits(Endpoint endpoint, Person person) {
    return endpoint.item().value().equals(item)
        && person.groups().stream().anyMatch(one -> one.value().equals(group));
  }

  String newReference() {
    return "loan-" + ++numbers;
  }

  synchronized void cut() {
    cut = true;
  }

  synchronized void mend() {
    cut = false;
    hung = false;
    losesAnswers = false;
    notifyAll();
  }

  synchronized void hang() {
    hung = true;
  }

  synchronized void loseAnswers() {
    losesAnswers = true;
  }

  synchronized int outstanding() {
    return loans.size()
        + (int) accounts.values().stream().filter(one -> !one.holder.isEmpty()).count();
  }

  /** One request and its answer. */
  synchronized <T> T exchange(Duration most, Supplier<T> work) throws Gone, InterruptedException {
    if (cut) {
      throw new Gone(false);
    }
    long end = System.nanoTime() + most.toNanos();
    while (hung) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        throw new Gone(true);
      }
      wait(left / 1_000_000 + 1);
    }
    T answer = work.get();
    if (losesAnswers) {
      throw new Gone(true);
    }
    return answer;
  }
}
