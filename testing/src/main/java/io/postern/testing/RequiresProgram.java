package io.postern.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test that needs a program of the operating system. Where it is missing the test is skipped,
 * with the reason; with {@code -Dpostern.require=true} it fails instead.
 */
@Documented
@ExtendWith(RequiredProgram.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RequiresProgram {
  /**
   * The program's file name, such as {@code sshd}; looked for on PATH and in the sbin directories.
   */
  String value();

  /** The Debian package that brings it, for the message. */
  String debianPackage();
}
