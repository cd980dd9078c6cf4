package io.postern.credential;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a credential manager is, and how it does.
 *
 * @param manager its name as configured
 * @param provider the plug-in's name
 * @param version the plug-in's version
 * @param capabilities what it can do beside finding, lending and taking back (rule ECM-5)
 * @param members its instances, the one that calls go to first; those that are lost at the end
 */
public record ManagerHealth(
    String manager,
    String provider,
    String version,
    Set<Capability> capabilities,
    List<Member> members) {
  public ManagerHealth {
    capabilities = Set.copyOf(capabilities);
    members = List.copyOf(members);
  }

  /** What a plug-in can do beyond the mandatory core. Capabilities may be added. */
  public enum Capability {
    /** Lends exclusive accounts. */
    CHECK_OUT,
    /** Lets leases last longer. */
    RENEW,
    /** Replaces secrets by new ones. */
    ROTATE,
    /** Signs SSH keys. */
    SIGN_SSH,
    /** Is told which sessions use what it lent. */
    HEAR_OF_SESSIONS,
    /** Supplies jump items (rule CAT-10), where the host follows it. */
    INVENTORY
  }

  /**
   * One instance of the plug-in.
   *
   * @param name the manager's name and a number, such as {@code site-vault#1}, in the order of the
   *     configuration
   * @param usable whether it answers now
   * @param connectedSince since when it has been there without a break; empty when it is lost
   * @param detail what is the matter, or which store it is
   */
  public record Member(
      String name, boolean usable, Optional<Instant> connectedSince, String detail) {}

  /** Whether any member answers now. */
  public boolean usable() {
    return members.stream().anyMatch(Member::usable);
  }
}
