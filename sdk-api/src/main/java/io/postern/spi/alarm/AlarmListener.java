package io.postern.spi.alarm;

/**
 * Is told of what a person must look at; given by the host, which pages somebody.
 *
 * <p>Called after the commit of what it is about, on a thread of Postern's, one alarm at a time. A
 * listener that throws or hangs holds nothing up: up to 1,000 alarms wait for it, and further ones
 * are dropped with a warning in the log. So an alarm is a call to look, and no record: what is owed
 * stands in {@link io.postern.credential.Credentials#owed}, and what happened in the audit trail.
 */
@FunctionalInterface
public interface AlarmListener {
  /** Something is the matter. Not called again for the same event. */
  void raised(Alarm alarm);
}
