package io.postern.spi.event;

/**
 * Is told of every entry of the audit trail: each change of a session, a request, a lease or the
 * catalog, each act in a session, each refusal and each look (rule SES-15). Given by the host,
 * under a name by which the store knows how far it has come.
 *
 * <p>Called after the commit, within about a second of it, on a thread of Postern's; in the order
 * of {@link Event#position}, one event after the other. Of several processes that share a store one
 * tells it at a time.
 *
 * <p>Each event comes at least once. It comes again when {@link #on} threw or took too long, until
 * it returns; and the last ones come again, at most 100, when the process died or the store failed
 * before it was written down that they had come. So either events may be taken twice, or the
 * listener keeps the last position and leaves out what is not above it. What happens while Postern
 * closes is told after the next start.
 *
 * <p>A listener that throws or hangs holds up nobody but itself. It is told of the same event again
 * after a pause, of one second first and of a minute at last, and of no other before that: what can
 * never be taken must be caught in here. After ten seconds a call is interrupted and counts as
 * failed; in this process none is made anew until it has come to its end.
 *
 * <p>It is trusted as the host's own code is: it sees who decided on whose request, which no
 * requester may learn (rule REQ-7). What it shows to people is for the host to judge. A listener
 * that reads the audit trail makes an entry with each look, and so an event.
 */
@FunctionalInterface
public interface EventListener {
  /**
   * Something was done or refused.
   *
   * @throws Exception when it could not be taken; it comes again
   */
  void on(Event event) throws Exception;

  /**
   * Where a listener begins that this store has never heard of: true for the first entry of the
   * trail, false (the default) for now. Asked at each start; says nothing where its name is known.
   */
  default boolean fromTheBeginning() {
    return false;
  }
}
