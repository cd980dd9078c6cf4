package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One credential manager under the name that the host gave it: the members of now, and those that
 * others took the place of and that are being closed (rules ECM-4, ECM-8).
 */
final class NamedProvider {
  private static final Logger log = LoggerFactory.getLogger(NamedProvider.class);

  private final String name;
  private final MemberFactory factory;
  private final Routing calls;
  private final SettlingThreads settling;
  private final NoteQueue notes;
  private final Lenders lenders = new Lenders();
  private final long drainNanos;
  private final ReentrantLock changing = new ReentrantLock();
  private final List<Members> leaving = new ArrayList<>();

  /** Of those that leave, the ones whose calls may still need their secrets. */
  private final List<Members> draining = new ArrayList<>();

  private volatile Members members;
  private volatile List<Settings> trying = List.of();
  private boolean closed;

  /**
   * @param routing makes the calls go to the members of now
   * @param drainNanos after this long, no call of a group that was replaced is waited for any more
   */
  NamedProvider(
      String name,
      MemberFactory factory,
      Members first,
      Function<Supplier<Members>, Routing> routing,
      long drainNanos) {
    this.name = name;
    this.factory = factory;
    this.members = first;
    this.calls = routing.apply(this::members);
    this.settling = new SettlingThreads(name);
    this.notes = new NoteQueue(name);
    this.drainNanos = drainNanos;
  }

  String name() {
    return name;
  }

  PluginIdentity identity() {
    return factory.identity();
  }

  MemberFactory factory() {
    return factory;
  }

  /** Calls of the plug-in, on whichever member is to be asked. */
  Routing calls() {
    return calls;
  }

  Members members() {
    return members;
  }

  /** Having a capability means implementing it (rule ECM-5). */
  boolean can(Class<?> capability) {
    return members.all().stream().anyMatch(member -> member.capability(capability).isPresent());
  }

  SettlingThreads settling() {
    return settling;
  }

  /** Who of the members was asked to lend what. */
  Lenders lenders() {
    return lenders;
  }

  /** Where the plug-in is told of sessions. */
  NoteQueue notes() {
    return notes;
  }

  /** Held while this manager's settings are changed or tested: one at a time. */
  ReentrantLock changing() {
    return changing;
  }

  /**
   * Has others take over at once. The calls under way finish on those there were, which are closed
   * then, on a thread of their own.
   *
   * @throws PosternException CLOSED, and then the others are the caller's to close
   */
  void takeOver(Members next) {
    Members before;
    synchronized (this) {
      if (closed) {
        throw new PosternException(ErrorCode.CLOSED, "credential manager '" + name + "' is closed");
      }
      before = members;
      leaving.add(before);
      draining.add(before);
      members = next;
    }
    before.retire();
    Thread thread = new Thread(() -> see(before), "postern-credential-" + name + "-leaving");
    thread.setDaemon(true);
    thread.start();
  }

  /** Sees a group out that was replaced. */
  private void see(Members out) {
    try {
      out.awaitIdle(drainNanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List<Settings> kept;
    synchronized (this) {
      draining.remove(out);
      kept = inUse();
    }
    for (PosternException failure : out.close(kept)) {
      log.warn("a member that was replaced did not close well manager={}", name, failure);
    }
    synchronized (this) {
      leaving.remove(out);
    }
  }

  /** Settings that are about to take over, or none; while {@link #changing} is held. */
  void trying(List<Settings> settings) {
    trying = List.copyOf(settings);
  }

  /** The settings whose secrets stay open: new ones may hold a secret of the old ones. */
  synchronized List<Settings> inUse() {
    List<Settings> all = running();
    if (!closed) {
      all.addAll(trying);
    }
    return all;
  }

  /** How many groups that were replaced are not closed yet. */
  synchronized int leaving() {
    return leaving.size();
  }

  /** As {@link #inUse}, without those that are about to take over. */
  synchronized List<Settings> running() {
    List<Settings> all = new ArrayList<>();
    if (!closed) {
      all.addAll(members.settings());
      draining.forEach(each -> all.addAll(each.settings()));
    }
    return all;
  }

  /**
   * Ends calls under way, then the instances, then their secrets; a plug-in that hangs is left
   * behind. Harmless when done twice.
   *
   * @return the PLUGIN_FAILED of each plug-in that did not close
   */
  List<PosternException> close() {
    notes.close();
    List<Members> all;
    synchronized (this) {
      closed = true;
      all = new ArrayList<>(leaving);
      all.add(members);
    }
    settling.close();
    factory.close();
    List<PosternException> failures = new ArrayList<>();
    all.forEach(each -> failures.addAll(each.close(List.of())));
    return failures;
  }
}
