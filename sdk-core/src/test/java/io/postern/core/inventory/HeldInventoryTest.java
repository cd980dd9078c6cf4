package io.postern.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.spi.inventory.Inventory;
import io.postern.spi.inventory.Inventory.InventoryPage;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers that no inventory may give. */
class HeldInventoryTest {
  private static HeldInventory held(Inventory inventory) {
    return new HeldInventory("cmdb", inventory, InstantSource.system());
  }

  @Test
  void all_ofPagesThatGoRoundInACircle_isRefused() {
    HeldInventory circle =
        held(request -> new InventoryPage(List.of(), request.place().equals("a") ? "b" : "a"));
    assertThat(Refused.with(ErrorCode.PLUGIN_FAILED, circle::all)).hasMessageContaining("circle");
  }

  @Test
  void all_ofMoreThanACatalogBears_isRefused() {
    HeldInventory endless =
        held(
            request -> {
              int page = request.place().isEmpty() ? 0 : Integer.parseInt(request.place());
              return new InventoryPage(
                  java.util.Collections.nCopies(
                      10_000, ListedInventory.item("k", "n", "h.example")),
                  Integer.toString(page + 1));
            });
    assertThat(Refused.with(ErrorCode.PLUGIN_FAILED, endless::all)).hasMessageContaining("100000");
  }

  @Test
  void all_ofAnAnswerThatIsNone_isRefused() {
    Refused.with(ErrorCode.PLUGIN_FAILED, () -> held(request -> null).all());
    Refused.with(
        ErrorCode.PLUGIN_FAILED, () -> held(request -> new InventoryPage(List.of(), null)).all());
    Refused.with(
        ErrorCode.PLUGIN_FAILED,
        () ->
            held(request -> {
                  throw new StackOverflowError("canary");
                })
                .all());
  }
}
