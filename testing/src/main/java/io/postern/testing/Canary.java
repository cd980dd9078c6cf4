package io.postern.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** A secret that is looked for with a {@link Scan}. Immutable. */
public final class Canary {
  private static final String LETTERS =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  private static final SecureRandom RANDOM = new SecureRandom();

  private final String name;
  private final byte[] bytes;

  private Canary(String name, byte[] bytes) {
    this.name = name;
    this.bytes = bytes;
  }

  /**
   * One that is what it is, such as a password that somebody else made.
   *
   * @param name what it is, for messages
   * @param bytes the secret, which occurs nowhere else; 16 bytes or more
   */
  public static Canary of(String name, byte[] bytes) {
    if (bytes.length < 16) {
      throw new IllegalArgumentException(name + " is too short to be looked for");
    }
    return new Canary(name, bytes.clone());
  }

  /** One that is the same however texts are written, for what may be nothing but letters. */
  public static Canary letters(String name) {
    return new Canary(name, letters(40).getBytes(US_ASCII));
  }

  /** Letters enough to be found by, then what URLs and JSON write in another way. */
  public static Canary text(String name) {
    return new Canary(name, (letters(24) + "\"\\&é/+" + letters(6)).getBytes(UTF_8));
  }

  /** One that arguments and environment take as it is, whatever the locale. */
  public static Canary ascii(String name) {
    return new Canary(name, (letters(24) + "\"\\&/+" + letters(6)).getBytes(US_ASCII));
  }

  private static String letters(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  /** What it is, for messages. */
  public String name() {
    return name;
  }

  /** The secret itself, a copy. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** As a text. */
  public String text() {
    return new String(bytes, UTF_8);
  }

  /** Each way in which it may be written down, by the name of the way. */
  public Map<String, byte[]> forms() {
    Map<String, byte[]> forms = new LinkedHashMap<>();
    forms.put("raw", bytes);
    HexFormat hex = HexFormat.of();
    forms.put("hex", hex.formatHex(bytes).getBytes(US_ASCII));
    forms.put("HEX", hex.withUpperCase().formatHex(bytes).getBytes(US_ASCII));
    for (int before = 0; before < 3; before++) {
      forms.put("base64+" + before, base64(Base64.getEncoder(), before));
      forms.put("base64url+" + before, base64(Base64.getUrlEncoder(), before));
    }
    String text = text();
    if (Arrays.equals(text.getBytes(UTF_8), bytes)) {
      forms.put("utf-16le", text.getBytes(UTF_16LE));
      forms.put("utf-16be", text.getBytes(UTF_16BE));
      forms.put("latin-1", text.getBytes(ISO_8859_1));
      forms.put("url", URLEncoder.encode(text, UTF_8).getBytes(US_ASCII));
      forms.put("json", json(text).getBytes(UTF_8));
      forms.put("beginning", Arrays.copyOf(bytes, 16));
      forms.put("beginning utf-16le", text.substring(0, 16).getBytes(UTF_16LE));
      forms.put("beginning utf-16be", text.substring(0, 16).getBytes(UTF_16BE));
      forms.put("middle", Arrays.copyOfRange(bytes, 8, 24));
    }
    return forms;
  }

  /**
   * What stays the same whatever comes before, so many bytes after a multiple of three, and after.
   */
  private byte[] base64(Base64.Encoder encoder, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    byte[] encoded = encoder.withoutPadding().encode(shifted);
    int first = before == 0 ? 0 : before + 1;
    int last = encoded.length - (shifted.length % 3 == 0 ? 0 : 1);
    return Arrays.copyOfRange(encoded, first, last);
  }

  /** As the inside of a text in JSON, with all escaped that may be. */
  public String json() {
    return json(text());
  }

  /** A text as {@link #json()} writes one. */
  public static String json(String text) {
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\' || c == '/') {
        json.append('\\').append(c);
      } else if (c > 0x7e) {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.toString();
  }
}
