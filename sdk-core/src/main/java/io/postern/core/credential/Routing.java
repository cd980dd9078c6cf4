package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.CallOrder.Call;
import io.postern.core.credential.CallOrder.Way;
import io.postern.core.credential.HeldCalls.Limit;
import io.postern.credential.CredentialLimits;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The one way to call a manager's plug-in: on whichever member is to be asked (rule ECM-8), each
 * call within one time limit (rule ECM-6), and with an effect at most once (rule ECM-9).
 */
final class Routing {
  private final String manager;
  private final Supplier<Members> members;
  private final CallTimer timer;
  private final InstantSource clock;
  private final CredentialLimits limits;

  /**
   * @param members those of now
   */
  Routing(
      String manager,
      Supplier<Members> members,
      CallTimer timer,
      InstantSource clock,
      CredentialLimits limits) {
    this.manager = manager;
    this.members = members;
    this.timer = timer;
    this.clock = clock;
    this.limits = limits;
  }

  /**
   * Begins a call that changes nothing and lends nothing. After a failure of a member the next one
   * is asked, and also beside one that keeps silent for its share of the time.
   *
   * @param capability what a member must be able to do: {@code CredentialProvider} for the core
   * @throws PosternException CLOSED
   */
  <C, T extends @Nullable Object> RoutedCall<C, T> read(
      String what, Class<C> capability, Call<C, T> call) {
    return begin(
        new CallOrder<>(Way.READ, what, capability, call, late -> {}, () -> {}, () -> false),
        UnaryOperator.identity());
  }

  /**
   * Begins a call that has no further effect when it is made again, on whichever member. After a
   * failure of a member the next one is asked, never beside it: what comes late could undo what
   * somebody else did meanwhile.
   *
   * @throws PosternException CLOSED
   */
  <C, T extends @Nullable Object> RoutedCall<C, T> repeatable(
      String what, Class<C> capability, Call<C, T> call) {
    return repeatable(what, capability, call, UnaryOperator.identity());
  }

  /**
   * As {@link #repeatable(String, Class, Call)}.
   *
   * @param ordered puts the members that are asked, as they are in order, into another one
   */
  <C, T extends @Nullable Object> RoutedCall<C, T> repeatable(
      String what, Class<C> capability, Call<C, T> call, UnaryOperator<List<Member>> ordered) {
    return begin(
        new CallOrder<>(Way.REPEATABLE, what, capability, call, late -> {}, () -> {}, () -> false),
        ordered);
  }

  /**
   * Begins a call whose effect must not come twice. The next member is asked only after a failure
   * of which it is known that nothing happened.
   *
   * @param late gets an answer that nobody waits for any more
   * @param over runs when all is over, however late, and {@code late} has had the answer
   * @throws PosternException CLOSED
   */
  <C, T extends @Nullable Object> RoutedCall<C, T> once(
      String what, Class<C> capability, Call<C, T> call, Consumer<T> late, Runnable over) {
    return once(what, capability, call, late, over, UnaryOperator.identity());
  }

  /**
   * As {@link #once(String, Class, Call, Consumer, Runnable)}.
   *
   * @param ordered puts the members that are asked, as they are in order, into another one
   */
  <C, T extends @Nullable Object> RoutedCall<C, T> once(
      String what,
      Class<C> capability,
      Call<C, T> call,
      Consumer<T> late,
      Runnable over,
      UnaryOperator<List<Member>> ordered) {
    return begin(
        new CallOrder<>(Way.ONCE, what, capability, call, late, over, () -> false), ordered);
  }

  /**
   * As {@link #once(String, Class, Call, Consumer, Runnable)}.
   *
   * @param elsewhere whether a member that has not answered waits for something that is none of its
   *     store's
   */
  <C, T extends @Nullable Object> RoutedCall<C, T> onceWith(
      String what,
      Class<C> capability,
      Call<C, T> call,
      Consumer<T> late,
      Runnable over,
      BooleanSupplier elsewhere) {
    return begin(
        new CallOrder<>(Way.ONCE, what, capability, call, late, over, elsewhere),
        UnaryOperator.identity());
  }

  private <C, T extends @Nullable Object> RoutedCall<C, T> begin(
      CallOrder<C, T> order, UnaryOperator<List<Member>> ordered) {
    Limit limit = Limit.from(clock, limits);
    Members now = members.get();
    while (!now.enter()) {
      Members next = members.get();
      if (next == now) {
        throw new PosternException(
            ErrorCode.CLOSED, "credential manager '" + manager + "' is closed");
      }
      now = next; // others took over at this moment
    }
    List<Member> asked = ordered.apply(now.inOrder(order.capability()));
    return new RoutedCall<>(manager, order, asked, timer, limit, now::leave).begin();
  }
}
