package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Method;
import org.junit.jupiter.api.Test;

/** docs/errors.md lists every error code. */
class ErrorsDocumentTest {
  /** Stands for the real codes, to show what the page makes of them. */
  enum Sample {
    THING_NOT_FOUND;

    String category() {
      return "USER";
    }

    boolean retryable() {
      return false;
    }

    String meaning() {
      return "Here | there.";
    }
  }

  @Test
  void document_isWhatTheCodesSay() throws Exception {
    Class<?> codes;
    try {
      codes = Class.forName("io.postern.ErrorCode");
    } catch (ClassNotFoundException e) {
      codes = null; // the API has none yet
    }
    GeneratedDocument.check(PosternModules.ROOT.resolve("docs/errors.md"), document(codes));
  }

  @Test
  void document_ofOneCode_hasItsRow() throws Exception {
    assertThat(document(Sample.class))
        .contains("| `THING_NOT_FOUND` | user | no | Here \\| there. |");
  }

  private static String document(Class<?> codes) throws IOException, ReflectiveOperationException {
    StringBuilder text =
        new StringBuilder(
            """
            # Error codes

            Every failure that Postern reports is a `PosternException` with one of these codes. Codes are part of the
            API: none is renamed or used for something else. "Again" says whether the same call may succeed later.
            What a caller gets wrong in code and no user can cause, such as an identifier that is none, a number out of its
            range for a constructor, or null, is an `IllegalArgumentException` or a `NullPointerException` and has no code.
            What a store of credentials said, for operators, is [in the log](plugins.md#credential-providers).

            This page is generated from `io.postern.ErrorCode`.

            | code | category | again | meaning |
            | --- | --- | --- | --- |
            """);
    if (codes != null) {
      for (Object code : codes.getEnumConstants()) {
        text.append(
            "| `%s` | %s | %s | %s |\n"
                .formatted(
                    ((Enum<?>) code).name(),
                    ask(code, "category").toString().toLowerCase(java.util.Locale.ROOT),
                    Boolean.TRUE.equals(ask(code, "retryable")) ? "yes" : "no",
                    GeneratedDocument.cell(ask(code, "meaning").toString())));
      }
    }
    return text.toString();
  }

  private static Object ask(Object code, String question) throws ReflectiveOperationException {
    Method method = ((Enum<?>) code).getDeclaringClass().getDeclaredMethod(question);
    method.setAccessible(true);
    return method.invoke(code);
  }
}
