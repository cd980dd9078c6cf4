package io.postern.credential.vault;

import io.postern.spi.credential.ProviderException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** All entries of one setting, and who reaches which path or role by them. Immutable. */
record Entries(List<Entry> all) {
  Entries {
    all = List.copyOf(all);
  }

  /** The closest entry by which this person reaches {@code name} there. */
  Optional<Entry> reaching(String name, Place place) {
    return all.stream()
        .filter(
            entry ->
                entry
                    .name(place.endpoint(), place.person())
                    .filter(said -> is(entry, said).test(name))
                    .isPresent())
        .min((one, other) -> one.precedence().compareTo(other.precedence()));
  }

  /** The same; refused when there is none, as for others or as not there at all. */
  Entry requireReaching(String key, String name, Place place, Faults faults)
      throws ProviderException {
    return reaching(name, place)
        .orElseThrow(() -> isKnown(name) ? misfit(key, place, faults) : faults.notFound(key));
  }

  /** Refuses what is outside every entry, for whoever; used where no right is asked about. */
  void requireKnown(String key, String name, Place place, Faults faults) {
    if (!isKnown(name)) {
      throw faults.notFound(key);
    }
    boolean fits =
        all.stream()
            .filter(entry -> couldReach(entry, name))
            .anyMatch(entry -> entry.conditions().fit(place.endpoint()));
    if (!fits) {
      throw misfit(key, place, faults);
    }
  }

  static ProviderException misfit(String key, Place place, Faults faults) {
    return faults.denied(
        "credential '"
            + key
            + "' is not for "
            + place.person().name()
            + " at "
            + place.endpoint().name()
            + "; choose one that is",
        "key=" + key);
  }

  private boolean isKnown(String name) {
    return Paths.isSafe(name) && all.stream().anyMatch(entry -> couldReach(entry, name));
  }

  private static boolean couldReach(Entry entry, String name) {
    return entry.template().isFolder()
        ? entry.template().couldHold(name)
        : entry.template().couldSay(name);
  }

  private static Predicate<String> is(Entry entry, String said) {
    return name ->
        entry.template().isFolder()
            ? name.startsWith(said) && Paths.isSafe(name) && !name.endsWith("/")
            : name.equals(said);
  }
}
