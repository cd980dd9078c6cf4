package io.postern.spi;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Secret;
import io.postern.text.Text;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The values given for a plug-in's settings. Immutable; safe for use by several threads.
 *
 * <p>Secret values are given as {@link Secret} and belong to whoever receives the settings: Postern
 * closes them when the plug-in instance is closed. No text of this class shows a value of a secret.
 */
public final class Settings {
  private final Map<String, String> texts;
  private final Map<String, Secret> secrets;

  private Settings(Map<String, String> texts, Map<String, Secret> secrets) {
    this.texts = Map.copyOf(texts);
    this.secrets = Map.copyOf(secrets);
  }

  /** No settings at all. */
  public static Settings none() {
    return new Settings(Map.of(), Map.of());
  }

  /** One setting; {@link #and} adds more. */
  public static Settings with(String key, Object value) {
    return none().and(key, value);
  }

  /** All entries of a map, as a configuration file gives them. */
  public static Settings of(Map<String, String> values) {
    return new Settings(values, Map.of());
  }

  /** The same settings and one more; a later value for a key replaces the earlier one. */
  public Settings and(String key, Object value) {
    Map<String, String> moreTexts = new LinkedHashMap<>(texts);
    Map<String, Secret> moreSecrets = new LinkedHashMap<>(secrets);
    moreTexts.remove(key);
    moreSecrets.remove(key);
    if (requireNonNull(value, key) instanceof Secret secret) {
      moreSecrets.put(key, secret);
    } else {
      moreTexts.put(key, value.toString());
    }
    return new Settings(moreTexts, moreSecrets);
  }

  /**
   * The value given for {@code setting}, else its default.
   *
   * @throws PosternException SETTINGS_INVALID when there is neither, or the text stands for no
   *     value
   */
  public <T> T get(Setting<T> setting) {
    return find(setting)
        .orElseThrow(
            () ->
                new PosternException(
                    ErrorCode.SETTINGS_INVALID, "setting '" + setting + "' is missing"));
  }

  /** The value given for {@code setting}, else its default, else nothing. */
  @SuppressWarnings("unchecked")
  public <T> Optional<T> find(Setting<T> setting) {
    if (setting.isSecret()) {
      return Optional.ofNullable((T) secrets.get(setting.key()));
    }
    Optional<String> text = Optional.ofNullable(texts.get(setting.key())).or(setting::defaultValue);
    try {
      return text.map(setting::parse);
    } catch (RuntimeException e) {
      // Without the cause: its text holds the value.
      throw new PosternException(ErrorCode.SETTINGS_INVALID, notOfType(setting));
    }
  }

  /**
   * All that is wrong with these settings for a plug-in that declares {@code declared}; empty when
   * nothing is.
   */
  public List<String> faults(List<Setting<?>> declared) {
    List<String> faults = new ArrayList<>();
    for (Setting<?> setting : declared) {
      boolean given = texts.containsKey(setting.key()) || secrets.containsKey(setting.key());
      if (!given && setting.isRequired()) {
        faults.add("setting '" + setting + "' is missing (" + setting.help() + ")");
      } else if (given && setting.isSecret() != secrets.containsKey(setting.key())) {
        faults.add(
            setting.isSecret()
                ? "setting '" + setting + "' must be given as a Secret, not as a text"
                : "setting '" + setting + "' is a " + setting.type() + ", not a Secret");
      } else if (given && !setting.isSecret()) {
        try {
          setting.parse(requireNonNull(texts.get(setting.key())));
        } catch (RuntimeException e) {
          faults.add(notOfType(setting));
        }
      }
    }
    List<String> known = declared.stream().map(Setting::key).toList();
    for (String key : keys()) {
      if (!known.contains(key)) {
        faults.add("setting '" + key + "' is not known" + nearest(key, declared));
      }
    }
    return faults;
  }

  /** The keys that were given, in alphabetical order. */
  public List<String> keys() {
    TreeSet<String> keys = new TreeSet<>(texts.keySet());
    keys.addAll(secrets.keySet());
    return List.copyOf(keys);
  }

  /** Closes every secret in here. */
  public void closeSecrets() {
    secrets.values().forEach(Secret::close);
  }

  /** Closes every secret in here that none of {@code kept} holds too. */
  public void closeSecretsNotIn(Collection<Settings> kept) {
    Set<Secret> stay = Collections.newSetFromMap(new IdentityHashMap<>());
    kept.forEach(settings -> stay.addAll(settings.secrets.values()));
    secrets.values().stream().filter(secret -> !stay.contains(secret)).forEach(Secret::close);
  }

  /** Without the value: it may be a password that was put into the wrong line. */
  private static String notOfType(Setting<?> setting) {
    return "the value of setting '" + setting + "' is not of its type, " + setting.type();
  }

  private String nearest(String key, List<Setting<?>> declared) {
    List<String> known = declared.stream().map(Setting::key).toList();
    return Text.nearest(key, known)
        .map(
            candidate -> "; did you mean '" + candidate + "'?" + asSecret(key, candidate, declared))
        .orElse("; known are " + (known.isEmpty() ? "none" : String.join(", ", known)));
  }

  /** Else the slip is mended, and the next fault is that it is no text. */
  private String asSecret(String key, String meant, List<Setting<?>> declared) {
    boolean secret = declared.stream().anyMatch(one -> one.key().equals(meant) && one.isSecret());
    return secret && texts.containsKey(key) ? " That one is given as a Secret, not as a text" : "";
  }

  /** The keys only: a value may be a secret that was given as a text by mistake. */
  @Override
  public String toString() {
    return "Settings" + keys();
  }
}
