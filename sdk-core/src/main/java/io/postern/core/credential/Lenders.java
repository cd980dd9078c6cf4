package io.postern.core.credential;

import io.postern.credential.CandidateId;
import io.postern.credential.LeaseId;
import io.postern.spi.credential.CredentialProvider;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which member of a manager was asked to lend what, as far as this process knows. Of a call whose
 * answer was lost, and of an account that is checked out, that member may know what no other can.
 * Kept weakly: members are replaced, and their plug-ins unloaded. Safe for use by several threads.
 */
final class Lenders {
  private static final int MOST = 10_000;

  private final Map<LeaseId, WeakReference<Object>> asked = new Bounded<>();
  private final Map<CandidateId, WeakReference<Object>> checkedOut = new Bounded<>();

  /** Forgets the oldest. */
  private static final class Bounded<K> extends LinkedHashMap<K, WeakReference<Object>> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, WeakReference<Object>> eldest) {
      return size() > MOST;
    }
  }

  /** A member is being asked to lend something. */
  synchronized void asked(LeaseId lease, Object member) {
    asked.put(lease, new WeakReference<>(member));
  }

  /** A member is being asked for an account that one at a time has. */
  synchronized void askedToCheckOut(CandidateId credential, Object member) {
    checkedOut.put(credential, new WeakReference<>(member));
  }

  /**
   * The member that was asked for a lease before the others, once: one that hangs must not take the
   * time of every try. A {@linkplain #refused refusal} puts it first again.
   */
  synchronized UnaryOperator<List<Member>> lenderFirst(LeaseId lease) {
    WeakReference<Object> lender = asked.remove(lease);
    return members -> first(members, lender, true);
  }

  /** A member answered that it does not take something back: it has a reason that others lack. */
  synchronized void refused(LeaseId lease, Object member) {
    asked(lease, member);
  }

  /** The member that an exclusive account was checked out through before the others, if it can. */
  synchronized UnaryOperator<List<Member>> holderFirst(CandidateId credential) {
    WeakReference<Object> holder = checkedOut.get(credential);
    return members -> first(members, holder, false);
  }

  private static List<Member> first(
      List<Member> members, @Nullable WeakReference<Object> wanted, boolean evenWhenLost) {
    Object instance = wanted == null ? null : wanted.get();
    List<Member> ordered = new ArrayList<>(members);
    for (Member member : members) {
      boolean isIt =
          member.capability(CredentialProvider.class).filter(one -> one == instance).isPresent();
      if (isIt && (evenWhenLost || member.standing().view().usable())) {
        ordered.remove(member);
        ordered.add(0, member);
      }
    }
    return ordered;
  }
}
