package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.credential.CandidateId;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProviderFactory;
import java.util.Optional;

/**
 * One credential manager as the host configures it (rule ECM-1).
 *
 * @param name the host's own name for this instance, such as {@code site-vault}; 1 to 200
 *     characters
 * @param provider the plug-in's name
 * @param settings its settings; the secrets in them belong to Postern from now on
 * @param byHand the plug-in itself, where the host passes it instead of having it discovered
 */
public record ManagerConfiguration(
    String name, String provider, Settings settings, Optional<CredentialProviderFactory> byHand) {
  public ManagerConfiguration {
    // The name is the first half of every id of a credential, so it has the same canonical form.
    name = new CandidateId(name, "any").manager();
    requireNonNull(provider, "provider");
    requireNonNull(settings, "settings");
    requireNonNull(byHand, "byHand");
  }

  /** A manager whose plug-in is found on the class path by the plug-in's name. */
  public static ManagerConfiguration of(String name, String provider, Settings settings) {
    return new ManagerConfiguration(name, provider, settings, Optional.empty());
  }

  /** A manager made by a plug-in that the host passes; nothing is discovered for it. */
  public static ManagerConfiguration byHand(
      String name, CredentialProviderFactory factory, Settings settings) {
    return new ManagerConfiguration(name, "", settings, Optional.of(factory));
  }
}
