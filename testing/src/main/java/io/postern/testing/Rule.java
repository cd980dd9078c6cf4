package io.postern.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the rules of {@code docs/rules.md} that a test proves. On a class it holds for the class as
 * a whole. The document is generated from the sources of the tests, so write the ids as literals:
 * {@code @Rule("REQ-4")} or {@code @Rule({"REQ-4", "REQ-5"})}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Rule {
  String[] value();
}
