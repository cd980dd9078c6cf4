package io.postern.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test against something outside this machine, which system properties name. Where one of them is
 * not given the test is skipped, with the reason. It never fails for that: {@code
 * -Dpostern.require=true} asks for programs that can be installed, and no server can.
 */
@Documented
@ExtendWith(RequiredProperty.class)
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface RequiresProperty {
  /** The properties that must all be given, such as {@code vault.address}. */
  String[] value();
}
