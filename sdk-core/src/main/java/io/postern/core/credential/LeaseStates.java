package io.postern.core.credential;

import static io.postern.credential.Lease.State.HELD;
import static io.postern.credential.Lease.State.INTENT;
import static io.postern.credential.Lease.State.IRREVOCABLE;
import static io.postern.credential.Lease.State.RETURNED;
import static io.postern.credential.Lease.State.RETURNING;
import static io.postern.credential.Lease.State.ROTATED;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import java.util.Map;
import java.util.Set;

/** The one table of what a lease may become. */
final class LeaseStates {
  private static final Map<State, Set<State>> NEXT =
      Map.of(
          INTENT, Set.of(HELD, RETURNING, RETURNED),
          HELD, Set.of(RETURNING),
          RETURNING, Set.of(RETURNED, ROTATED, IRREVOCABLE),
          // Only for what a manager lends after that (LateLoans).
          RETURNED, Set.of(RETURNING),
          ROTATED, Set.of(RETURNING),
          // By a person, tried again or done by hand; or for what a manager lends after that.
          IRREVOCABLE, Set.of(RETURNING, RETURNED));

  private LeaseStates() {}

  static boolean mayBecome(State from, State to) {
    return NEXT.getOrDefault(from, Set.of()).contains(to);
  }

  /**
   * Lets a change pass that the table has.
   *
   * @throws PosternException ILLEGAL_CHANGE
   */
  static void require(LeaseId lease, State from, State to) {
    if (!mayBecome(from, to)) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "lease "
              + lease
              + " is "
              + from
              + " and cannot become "
              + to
              + "; from there it can become "
              + NEXT.getOrDefault(from, Set.of()).stream().sorted().toList());
    }
  }
}
