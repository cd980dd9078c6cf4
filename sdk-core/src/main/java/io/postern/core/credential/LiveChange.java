package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.credential.ManagerListing.Answered;
import io.postern.core.credential.ManagerListing.Asked;
import io.postern.core.person.People;
import io.postern.credential.ManagerHealth;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.Settings;
import jakarta.inject.Inject;
import java.util.List;
import java.util.TreeSet;

/**
 * Gives a running manager other settings, or tries them out: new members are made, asked how they
 * do, and take over, or nothing changes (rule ECM-4).
 */
final class LiveChange {
  /** What becomes of the new members once each of them has answered. */
  private enum Aim {
    RUN("credential-manager.reconfigured"),
    TEST("credential-manager.tested");

    private final String action;

    Aim(String action) {
      this.action = action;
    }
  }

  private final CredentialManagers managers;
  private final CandidateCache cache;
  private final People people;
  private final Journal journal;

  @Inject
  LiveChange(CredentialManagers managers, CandidateCache cache, People people, Journal journal) {
    this.managers = managers;
    this.cache = cache;
    this.people = people;
    this.journal = journal;
  }

  /** Makes a manager run with other settings; see {@code Credentials.reconfigure}. */
  ManagerHealth reconfigure(PersonId person, String manager, List<Settings> members) {
    return permitted(Aim.RUN, person, manager, members);
  }

  /** Tries settings out; see {@code Credentials.test}. */
  ManagerHealth test(PersonId person, String manager, List<Settings> members) {
    return permitted(Aim.TEST, person, manager, members);
  }

  private ManagerHealth permitted(
      Aim aim, PersonId person, String manager, List<Settings> members) {
    boolean done = false;
    try {
      people.requireWith(
          person, Privilege.ADMINISTER_CREDENTIALS, "change the settings of credential managers");
      ManagerHealth health = audited(aim, person, manager, members);
      done = true;
      return health;
    } finally {
      if (!done) {
        refuse(manager, members);
      }
    }
  }

  private ManagerHealth audited(Aim aim, PersonId person, String name, List<Settings> members) {
    Act act =
        Act.of(person.value(), aim.action, "credential-manager:" + name)
            .with("members", members.size())
            .with("settings", keys(members));
    try {
      return change(aim, act, name, members);
    } catch (PosternException e) {
      try {
        journal.write(act.moving("", "refused").because(e.code().name()));
      } catch (PosternException store) {
        e.addSuppressed(store);
      }
      throw e;
    }
  }

  /** The keys only: values may be secrets. */
  private static String keys(List<Settings> members) {
    TreeSet<String> keys = new TreeSet<>();
    members.forEach(settings -> keys.addAll(settings.keys()));
    return String.join(" ", keys);
  }

  private ManagerHealth change(Aim aim, Act act, String name, List<Settings> settings) {
    NamedProvider manager = managers.find(name).orElseThrow(() -> unknown(name));
    if (!manager.changing().tryLock()) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "the settings of credential manager '"
              + name
              + "' are being changed or tested by somebody else; look at it and try again");
    }
    try {
      manager.trying(settings);
      List<String> faults = manager.factory().faults(settings);
      if (!faults.isEmpty()) {
        throw new PosternException(
            ErrorCode.SETTINGS_INVALID,
            "credential manager '" + name + "' keeps its settings, for these cannot be used",
            faults);
      }
      Members next = manager.factory().make(settings);
      boolean tookOver = false;
      try {
        ManagerHealth health = requireUsable(manager, next);
        if (aim == Aim.RUN) {
          // Before, because then what is not written down does not happen.
          journal.write(act);
          manager.takeOver(next);
          tookOver = true;
          cache.forget(name);
        } else {
          journal.write(act);
        }
        return health;
      } finally {
        if (!tookOver) {
          next.close(manager.running());
        }
      }
    } finally {
      manager.trying(List.of());
      manager.changing().unlock();
    }
  }

  private static ManagerHealth requireUsable(NamedProvider manager, Members next) {
    List<Answered> answers = ManagerListing.ask(next).stream().map(Asked::await).toList();
    List<Answered> down = answers.stream().filter(each -> !each.health().usable()).toList();
    if (down.isEmpty()) {
      return ManagerListing.health(manager, next, answers);
    }
    throw new PosternException(
        down.get(0).failure().map(PosternException::code).orElse(ErrorCode.CREDENTIAL_UNAVAILABLE),
        "credential manager '"
            + manager.name()
            + "' keeps its settings, for with these not every member answers; leave out who is down",
        down.stream()
            .map(each -> "member '" + each.member().name() + "': " + each.health().detail())
            .toList());
  }

  private PosternException unknown(String name) {
    List<String> known = managers.all().stream().map(NamedProvider::name).toList();
    return new PosternException(
        ErrorCode.SETTINGS_INVALID,
        "no credential manager '"
            + name
            + "' is configured; configured are "
            + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  /** Closes what was refused, but no secret that is in use. */
  private void refuse(String name, List<Settings> refused) {
    List<Settings> inUse = managers.find(name).map(NamedProvider::inUse).orElse(List.of());
    refused.forEach(settings -> settings.closeSecretsNotIn(inUse));
  }
}
