package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Ids;
import io.postern.core.sweep.Sweep;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks every member again and again how it does, also while nobody calls, and writes down which
 * were lost and which came back (rule ECM-8). Only begins calls: what a member answers, or that it
 * does not, changes its standing on a thread of the member's.
 */
final class MemberSweep implements Sweep {
  /** How often a member is asked, a quarter more or less. */
  static final Duration EVERY = Duration.ofSeconds(10);

  /** How long a manager is not told of again when it comes and goes. */
  private static final Duration QUIET = Duration.ofMinutes(5);

  private static final Logger log = LoggerFactory.getLogger(MemberSweep.class);

  /** What was done about a member so far. */
  private static final class Seen {
    private Instant probeAt;
    private Instant tellAt;
    private boolean usable = true;
    private long losses;

    Seen(Instant now) {
      probeAt = now;
      tellAt = now;
    }
  }

  private final CredentialManagers managers;
  private final Alarms alarms;
  private final Silence silence;
  private final Journal journal;
  private final String node;
  private final InstantSource clock;

  /** Members that were replaced go with their instance. */
  private final Map<Member, Seen> seen = new WeakHashMap<>();

  /** Managers whose present loss was told of. */
  private final Set<String> lost = new HashSet<>();

  private final Map<String, Instant> toldLost = new HashMap<>();

  /** Managers that answer, with whatever waited for that. */
  private final Set<String> answering = new HashSet<>();

  @Inject
  MemberSweep(
      CredentialManagers managers,
      Alarms alarms,
      Silence silence,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.alarms = alarms;
    this.silence = silence;
    this.journal = journal;
    this.node = ids.process();
    this.clock = clock;
  }

  @Override
  public String name() {
    return "members";
  }

  @Override
  public synchronized boolean sweep() {
    Instant now = clock.instant();
    for (NamedProvider manager : managers.all()) {
      Members members = manager.members();
      members.all().forEach(member -> probe(member, seen(member, now), now));
      warn(manager, members, now);
    }
    // After the probes, which a store that is down must not keep from being made.
    for (NamedProvider manager : managers.all()) {
      hear(manager);
      manager.members().all().forEach(member -> tell(manager, member, seen(member, now), now));
    }
    return false;
  }

  private Seen seen(Member member, Instant now) {
    return seen.computeIfAbsent(member, first -> new Seen(now));
  }

  private static void probe(Member member, Seen known, Instant now) {
    member.endLateProbe();
    if (now.isBefore(known.probeAt)) {
      return;
    }
    long millis = EVERY.toMillis();
    // Processes that started together must not ask a store together.
    known.probeAt =
        now.plusMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 2));
    try {
      member.probe();
    } catch (PosternException e) {
      log.debug("not probed member={} code={}", member, e.code());
    }
  }

  /** One that comes and goes is told of once in a while, with how often it was lost. */
  private void tell(NamedProvider manager, Member member, Seen known, Instant now) {
    Standing.View view = member.standing().view();
    boolean wasLost = view.losses() > known.losses;
    boolean isBack = view.usable() && (!known.usable || wasLost);
    if ((!wasLost && !isBack) || now.isBefore(known.tellAt)) {
      return;
    }
    Act act =
        Act.of(Settlement.ACTOR, "", "credential-manager:" + manager.name())
            .with("member", member.name())
            .with("node", node);
    if (wasLost) {
      journal.write(
          named(act, "credential-manager.member-lost")
              .with("times", view.losses() - known.losses)
              .because(view.lastLoss()));
    }
    if (isBack) {
      journal.write(named(act, "credential-manager.member-back"));
    }
    known.losses = view.losses();
    known.usable = view.usable();
    known.tellAt = now.plus(EVERY);
  }

  private static Act named(Act act, String action) {
    return new Act(act.actor(), action, act.subject(), "", "", "", act.details());
  }

  /** What waits because it was silent, also since before this process began, waits no longer. */
  private void hear(NamedProvider manager) {
    if (!manager.members().anyUsable()) {
      answering.remove(manager.name());
    } else if (!answering.contains(manager.name()) && silence.over(manager.name())) {
      answering.add(manager.name());
    }
  }

  /** Once for each loss; a manager that comes and goes pages nobody at each of them. */
  private void warn(NamedProvider manager, Members members, Instant now) {
    String name = manager.name();
    Instant before = toldLost.get(name);
    if (members.anyUsable()) {
      lost.remove(name);
    } else if (!lost.contains(name) && (before == null || !now.isBefore(before.plus(QUIET)))) {
      lost.add(name);
      toldLost.put(name, now);
      alarms.managerLost(name, members.all().get(0).standing().view().detail());
    }
  }
}
