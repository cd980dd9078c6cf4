package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Base64;

/**
 * The one place where a secret becomes text, for interfaces of the Java platform and of drivers
 * that take nothing else. A String cannot be wiped: callers make it as late as they can, hand it
 * on, and keep it nowhere.
 */
final class PlatformText {
  private PlatformText() {}

  /**
   * The secret as text.
   *
   * @throws PosternException PRECONDITION_FAILED when it is no UTF-8, or holds a zero
   */
  static String of(Secret secret) {
    char[] characters = characters(secret);
    try {
      return new String(characters);
    } finally {
      Arrays.fill(characters, '\0');
    }
  }

  /** The value of a header of its own, after a prefix that is no secret. */
  static String header(String prefix, Secret secret) {
    return secret.use(
        bytes -> {
          // The platform's own refusal repeats the value that it refuses.
          if (!isVisible(bytes)) {
            throw new PosternException(
                ErrorCode.PRECONDITION_FAILED,
                "the secret cannot be a header: it must be visible ASCII without line ends; correct"
                    + " it in the credential manager");
          }
          byte[] copy = copy(bytes);
          try {
            return prefix + new String(copy, ISO_8859_1);
          } finally {
            Arrays.fill(copy, (byte) 0);
          }
        });
  }

  /**
   * The value of an {@code Authorization} header for user name and password.
   *
   * @see "RFC 7617"
   */
  static String basic(String username, Secret password) {
    byte[] name = (username + ":").getBytes(UTF_8);
    return password.use(
        bytes -> {
          byte[] both = Arrays.copyOf(name, name.length + bytes.remaining());
          bytes.duplicate().get(both, name.length, bytes.remaining());
          byte[] encoded = Base64.getEncoder().encode(both);
          try {
            return "Basic " + new String(encoded, ISO_8859_1);
          } finally {
            Arrays.fill(both, (byte) 0);
            Arrays.fill(encoded, (byte) 0);
          }
        });
  }

  /** The secret as characters, which the receiver wipes. */
  static char[] characters(Secret secret) {
    return secret.use(
        bytes -> {
          CharBuffer decoded = CharBuffer.allocate(bytes.remaining());
          try {
            CoderResult result =
                UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(bytes.duplicate(), decoded, true);
            char[] characters = Arrays.copyOf(decoded.array(), decoded.position());
            if (result.isError() || hasZero(characters)) {
              Arrays.fill(characters, '\0');
              throw new PosternException(
                  ErrorCode.PRECONDITION_FAILED,
                  "the secret cannot be given as text: it must be UTF-8 without a zero; correct it"
                      + " in the credential manager");
            }
            return characters;
          } finally {
            Arrays.fill(decoded.array(), '\0');
          }
        });
  }

  private static boolean hasZero(char[] characters) {
    for (char character : characters) {
      if (character == 0) {
        return true;
      }
    }
    return false;
  }

  private static boolean isVisible(ByteBuffer bytes) {
    for (int i = bytes.position(); i < bytes.limit(); i++) {
      if (bytes.get(i) < ' ' || bytes.get(i) > '~') {
        return false;
      }
    }
    return true;
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  /** Whether a text that others made holds the secret. */
  static boolean mentions(String text, Secret secret) {
    byte[] all = text.getBytes(UTF_8);
    return secret.use(
        bytes -> {
          for (int at = 0; at + bytes.remaining() <= all.length; at++) {
            if (ByteBuffer.wrap(all, at, bytes.remaining()).equals(bytes)) {
              return bytes.hasRemaining();
            }
          }
          return false;
        });
  }
}
