package io.postern.core.inventory;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.spi.inventory.Inventory;
import io.postern.spi.inventory.Inventory.InventoryPage;
import io.postern.spi.inventory.Inventory.InventoryRequest;
import io.postern.spi.inventory.InventoryItem;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * An inventory whose answers nobody waits for longer than their limit, and of which no answer is
 * larger than what a catalog bears. Used by one thread.
 */
final class HeldInventory {
  private static final Duration PER_PAGE = Duration.ofSeconds(20);
  private static final Duration IN_ALL = Duration.ofMinutes(4);
  private static final int MOST = 100_000;

  private final String name;
  private final Inventory bare;
  private final InstantSource clock;
  private final AtomicBoolean asking = new AtomicBoolean();

  HeldInventory(String name, Inventory bare, InstantSource clock) {
    this.name = name;
    this.bare = bare;
    this.clock = clock;
  }

  /**
   * Every item of every page.
   *
   * @throws PosternException what the inventory failed with; CREDENTIAL_TIMED_OUT, PLUGIN_FAILED,
   *     INTERRUPTED
   */
  List<InventoryItem> all() {
    long giveUpAt = System.nanoTime() + IN_ALL.toNanos();
    List<InventoryItem> all = new ArrayList<>();
    Set<String> places = new HashSet<>();
    String place = "";
    do {
      if (!places.add(place) || all.size() > MOST) {
        throw broken(
            all.size() > MOST
                ? "it has more than " + MOST + " items"
                : "its pages go round in a circle");
      }
      if (System.nanoTime() > giveUpAt) {
        throw timedOut("its pages take longer than " + IN_ALL + " in all");
      }
      InventoryPage page = page(place);
      all.addAll(page.items());
      place = page.next();
    } while (!place.isEmpty());
    return all;
  }

  private InventoryPage page(String place) {
    if (!asking.compareAndSet(false, true)) {
      throw timedOut("an earlier question to it was never answered, and still runs");
    }
    CompletableFuture<InventoryPage> answer = new CompletableFuture<>();
    InventoryRequest request = new InventoryRequest(place, clock.instant().plus(PER_PAGE));
    Thread thread;
    try {
      thread = started(() -> ask(request, answer));
    } catch (Error e) {
      // No thread could be made, so nothing was asked.
      asking.set(false);
      throw e;
    }
    try {
      return answer.get(PER_PAGE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      thread.interrupt();
      throw timedOut("it did not answer within " + PER_PAGE);
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
      throw new PosternException(ErrorCode.INTERRUPTED, "the wait for it was interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof PosternException known) {
        throw known;
      }
      // By its kind alone: its text may hold whatever the inventory is asked with.
      throw broken(
          "it threw " + (e.getCause() == null ? "nothing" : e.getCause().getClass().getName()));
    }
  }

  private Thread started(Runnable work) {
    Thread thread = new Thread(null, work, "postern-inventory-" + name, 0, false);
    thread.setDaemon(true);
    thread.setContextClassLoader(bare.getClass().getClassLoader());
    thread.start();
    return thread;
  }

  private void ask(InventoryRequest request, CompletableFuture<InventoryPage> answer) {
    @Nullable InventoryPage page = null;
    @Nullable Throwable failure = null;
    try {
      page = bare.items(request);
    } catch (Throwable thrown) {
      failure = thrown;
    }
    // Before the answer is known, so that who gets it can ask on at once.
    asking.set(false);
    if (failure != null) {
      answer.completeExceptionally(failure);
    } else if (page == null || page.next() == null) {
      answer.completeExceptionally(broken("its page was null, or did not say what comes next"));
    } else {
      answer.complete(page);
    }
  }

  private PosternException timedOut(String how) {
    return new PosternException(
        ErrorCode.CREDENTIAL_TIMED_OUT, "inventory '" + name + "' is not to be had: " + how);
  }

  private PosternException broken(String how) {
    return new PosternException(
        ErrorCode.PLUGIN_FAILED, "inventory '" + name + "' broke its contract: " + how);
  }
}
