package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.store.Database;
import jakarta.inject.Inject;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done when a manager answers again: all that waits because it was silent is tried at once
 * and not only when its own time comes, which may be an hour from now.
 */
final class Silence {
  private static final Logger log = LoggerFactory.getLogger(Silence.class);

  private final Database database;
  private final InstantSource clock;

  @Inject
  Silence(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** The manager answered. Harmless, and cheap, when nothing waits. */
  boolean over(String manager) {
    try {
      database.changeAtOnce(
          tx -> {
            LeaseRows.bringForward(tx, manager, clock.instant());
            return true;
          });
      return true;
    } catch (PosternException e) {
      log.debug("leases wait for their time manager={} code={}", manager, e.code());
      return false;
    }
  }
}
