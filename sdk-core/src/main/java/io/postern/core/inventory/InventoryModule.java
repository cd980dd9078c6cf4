package io.postern.core.inventory;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import com.google.inject.TypeLiteral;
import com.google.inject.multibindings.Multibinder;
import io.postern.core.sweep.Sweep;
import io.postern.jump.JumpItem;
import io.postern.spi.inventory.Inventory;
import io.postern.text.Text;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Inventories, whose items the catalog follows (rule CAT-10). Needs {@code Database}, {@code Ids},
 * {@code Journal}, {@code ExternalItems} and {@code InstantSource}; exposes nothing, and
 * contributes its sweep. A plain module for that reason.
 */
public final class InventoryModule extends AbstractModule {
  private final List<Source> sources;

  public InventoryModule(List<Source> sources) {
    this.sources = List.copyOf(sources);
  }

  /**
   * One inventory as the host configures it.
   *
   * @param name what it is called here, 1 to 40 characters; begins the ids of its items
   * @param inventory what is asked
   * @param every how long after an answer it is asked again, 1 second to 1 day
   * @param placing says of each item where it lies and under which terms
   */
  public record Source(
      String name, Inventory inventory, Duration every, UnaryOperator<JumpItem.Builder> placing) {
    public Source {
      name = requireName(name);
      requireNonNull(inventory, "inventory");
      if (every.compareTo(Duration.ofSeconds(1)) < 0 || every.compareTo(Duration.ofDays(1)) > 0) {
        throw new IllegalArgumentException(
            "an inventory is asked every 1 second to 1 day, not every " + every);
      }
      requireNonNull(placing, "placing");
    }
  }

  /** The name in its canonical form; IllegalArgumentException for one that is none. */
  public static String requireName(String name) {
    String canonical = Text.id(name, "inventory name");
    if (canonical.length() > 40) {
      throw new IllegalArgumentException("inventory name must have at most 40 characters");
    }
    return canonical;
  }

  @Override
  protected void configure() {
    bind(new TypeLiteral<List<Source>>() {}).toInstance(sources);
    bind(InventoryRows.class);
    bind(InventorySync.class).in(Singleton.class);
    Multibinder.newSetBinder(binder(), Sweep.class)
        .addBinding()
        .to(InventorySweep.class)
        .in(Singleton.class);
  }
}
