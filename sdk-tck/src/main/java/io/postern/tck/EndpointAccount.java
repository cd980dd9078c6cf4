package io.postern.tck;

import io.postern.credential.Secret;
import io.postern.spi.credential.PasswordChanger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The account at the endpoint, for providers that change its password through {@link
 * PasswordChanger}. Used by one call at a time.
 */
final class EndpointAccount implements PasswordChanger, AutoCloseable {
  private final List<Secret> asked = new ArrayList<>();
  private boolean breaksOff;

  /** The next change is made, and its answer lost. */
  synchronized void breakOff() {
    breaksOff = true;
  }

  @Override
  public synchronized void change(Change change) {
    asked.add(change.next().copy());
    if (breaksOff) {
      breaksOff = false;
      throw new IllegalStateException("the link to the endpoint broke after the change");
    }
  }

  synchronized boolean wasAsked() {
    return !asked.isEmpty();
  }

  /** The password that it has; nothing when nobody changed it. */
  synchronized @Nullable Secret password() {
    return asked.isEmpty() ? null : asked.get(asked.size() - 1);
  }

  /** Whether every change asked for the same password. */
  synchronized boolean alwaysTheSame() {
    return asked.stream().allMatch(one -> one.sameAs(asked.get(0)));
  }

  @Override
  public synchronized void close() {
    asked.forEach(Secret::close);
  }
}
