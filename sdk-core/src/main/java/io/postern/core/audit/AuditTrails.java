package io.postern.core.audit;

import io.postern.audit.AuditTrail;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import java.util.function.Predicate;

/** Gives each person the trail as they may read it. */
public interface AuditTrails {
  /**
   * The trail for one person.
   *
   * @param reader who reads; each look and each refusal is an entry of its own
   * @param may whether the reader has a privilege at this moment; asked at every call
   */
  AuditTrail readBy(PersonId reader, Predicate<Privilege> may);
}
