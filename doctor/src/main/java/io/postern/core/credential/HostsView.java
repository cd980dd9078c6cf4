package io.postern.core.credential;

import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FoundCredential;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a host makes of what a provider found, by the host's own check.
 *
 * @param found what came before the fault, if there is one
 * @param fault why a host takes none of it; empty when it does
 */
public record HostsView(List<FoundCredential> found, Optional<String> fault) {
  public HostsView {
    found = List.copyOf(found);
  }

  /** Looks at an answer. It may have no end, and its elements come from the plug-in's own code. */
  public static HostsView of(CredentialProvider provider, @Nullable List<FoundCredential> answer) {
    FoundAnswer checked = FoundAnswer.of(answer, one -> one.isInstance(provider));
    return new HostsView(checked.found(), checked.fault());
  }
}
