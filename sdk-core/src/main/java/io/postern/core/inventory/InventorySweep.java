package io.postern.core.inventory;

import io.postern.core.inventory.InventoryModule.Source;
import io.postern.core.sweep.Sweep;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Has a thread of its own ask the inventories that are due, one after the other. */
final class InventorySweep implements Sweep, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(InventorySweep.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Map<String, Source> sources = new LinkedHashMap<>();
  private final InventoryRows rows;
  private final InventorySync sync;
  private final InstantSource clock;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ThreadPoolExecutor thread;
  private boolean opened;
  private Instant nextLook = Instant.MIN;

  @Inject
  InventorySweep(
      List<Source> sources, InventoryRows rows, InventorySync sync, InstantSource clock) {
    sources.forEach(source -> this.sources.put(source.name(), source));
    this.rows = rows;
    this.sync = sync;
    this.clock = clock;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(1),
            task -> {
              Thread made = new Thread(null, task, "postern-inventory", 0, false);
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public String name() {
    return "inventories";
  }

  @Override
  public boolean sweep() {
    Instant now = clock.instant();
    if (sources.isEmpty() || now.isBefore(nextLook) || !busy.compareAndSet(false, true)) {
      return false;
    }
    nextLook = now.plus(PAUSE);
    try {
      thread.execute(this::askAll);
    } catch (RejectedExecutionException e) {
      busy.set(false);
    } catch (Error e) {
      // No thread could be made; the next pass finds out whether one can.
      busy.set(false);
      throw e;
    }
    return false;
  }

  private void askAll() {
    try {
      if (!opened) {
        rows.open(sources.keySet());
        opened = true;
      }
      for (String name : rows.due()) {
        Source source = sources.get(name);
        if (source != null && rows.claim(name)) {
          sync.run(source);
        }
      }
    } catch (RuntimeException | Error e) {
      // Nobody waits for this thread, so nobody else would learn of it.
      if (!thread.isShutdown()) {
        log.warn("inventories were not asked", e);
      }
    } finally {
      busy.set(false);
    }
  }

  /** Interrupts what runs and waits a few seconds for it. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(5, TimeUnit.SECONDS)) {
        log.debug("an inventory does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
