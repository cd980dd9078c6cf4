package io.postern.core.credential;

import static java.util.Objects.requireNonNull;

import io.postern.credential.CandidateId;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProviderFactory;
import java.util.List;
import java.util.Optional;

/**
 * One credential manager as the host configures it (rules ECM-1, ECM-8).
 *
 * @param name the host's own name for it, such as {@code site-vault}; 1 to 200 characters
 * @param provider the plug-in's name
 * @param members the settings of each of its members; the secrets in them belong to Postern from
 *     now on
 * @param byHand the plug-in itself, where the host passes it instead of having it discovered
 */
public record ManagerConfiguration(
    String name,
    String provider,
    List<Settings> members,
    Optional<CredentialProviderFactory> byHand) {
  public ManagerConfiguration {
    // The name is the first half of every id of a credential, so it has the same canonical form.
    name = new CandidateId(name, "any").manager();
    requireNonNull(provider, "provider");
    members = List.copyOf(members);
    requireNonNull(byHand, "byHand");
  }

  /** A manager whose plug-in is found on the class path by the plug-in's name. */
  public static ManagerConfiguration of(String name, String provider, Settings... members) {
    return new ManagerConfiguration(name, provider, List.of(members), Optional.empty());
  }

  /** A manager made by a plug-in that the host passes; nothing is discovered for it. */
  public static ManagerConfiguration byHand(
      String name, CredentialProviderFactory factory, Settings... members) {
    return new ManagerConfiguration(name, "", List.of(members), Optional.of(factory));
  }

  /** Closes every secret in the settings. */
  public void closeSecrets() {
    members.forEach(Settings::closeSecrets);
  }
}
