package io.postern.core.inventory;

import io.postern.PosternException;
import io.postern.core.inventory.InventoryModule.Source;
import io.postern.core.jump.ExternalItems;
import io.postern.core.jump.ExternalItems.Keyed;
import io.postern.core.jump.ExternalItems.Put;
import io.postern.jump.JumpItem;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.inventory.InventoryItem;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the catalog follow one inventory: all of its answer is had first, because half an answer
 * would make items vanish; then it is written, a bounded number in a transaction. Used by one
 * thread.
 */
final class InventorySync {
  private static final Logger log = LoggerFactory.getLogger(InventorySync.class);
  private static final int AT_ONCE = 100;
  private static final Duration TRY_AGAIN = Duration.ofMinutes(1);

  private final InventoryRows rows;
  private final ExternalItems items;
  private final InstantSource clock;
  private final Map<String, HeldInventory> held = new HashMap<>();

  @Inject
  InventorySync(InventoryRows rows, ExternalItems items, InstantSource clock) {
    this.rows = rows;
    this.items = items;
    this.clock = clock;
  }

  /** Asks, writes, and notes what came of it. */
  void run(Source source) {
    HeldInventory inventory =
        held.computeIfAbsent(
            source.name(), name -> new HeldInventory(name, source.inventory(), clock));
    Duration again = source.every().compareTo(TRY_AGAIN) < 0 ? source.every() : TRY_AGAIN;
    try {
      write(source, inventory.all());
    } catch (PosternException e) {
      log.debug(
          "inventory failed inventory={} code={} log={}", source.name(), e.code(), logText(e));
      rows.failed(source.name(), e.code() + ": " + e.getMessage(), again);
    } catch (RuntimeException e) {
      // One that is broken must not keep the others from being followed.
      log.warn("inventory failed unexpectedly inventory={}", source.name(), e);
      rows.failed(source.name(), "INTERNAL: " + e.getClass().getName(), again);
    }
  }

  private static String logText(PosternException failure) {
    return failure instanceof ProviderException known ? known.logText() : "";
  }

  private void write(Source source, List<InventoryItem> answer) {
    List<String> faults = new ArrayList<>();
    Set<String> keys = new HashSet<>();
    List<Keyed> pass = new ArrayList<>();
    int changed = 0;
    for (InventoryItem one : answer) {
      // An item with a fault is still one that is there.
      if (!keys.add(one.key())) {
        faults.add("'" + one.key() + "': it is there twice");
        continue;
      }
      placed(source, one, faults).ifPresent(item -> pass.add(new Keyed(one.key(), item)));
      if (pass.size() == AT_ONCE) {
        changed += put(source, pass, faults);
      }
    }
    changed += put(source, pass, faults);
    changed += items.keepOnly(source.name(), keys);
    rows.answered(source.name(), changed, faults, source.every());
  }

  private int put(Source source, List<Keyed> pass, List<String> faults) {
    if (pass.isEmpty()) {
      return 0;
    }
    Put put = items.put(source.name(), pass);
    pass.clear();
    faults.addAll(put.faults());
    return put.changed();
  }

  /** The item where and under which terms the host wants it. */
  private static Optional<JumpItem> placed(Source source, InventoryItem one, List<String> faults) {
    String id = source.name() + ":" + one.key();
    try {
      JumpItem.Builder builder =
          JumpItem.reachedBy(one.method(), id, one.host(), one.port())
              .name(one.name())
              .tag(one.tag());
      one.attributes().forEach(builder::attribute);
      JumpItem item = source.placing().apply(builder).build();
      if (item.id().value().equals(id)) {
        return Optional.of(item);
      }
      faults.add("'" + one.key() + "': the host placed another item instead, '" + item.id() + "'");
    } catch (RuntimeException e) {
      faults.add("'" + one.key() + "': the host could not place it (" + e + ")");
    }
    return Optional.empty();
  }
}
