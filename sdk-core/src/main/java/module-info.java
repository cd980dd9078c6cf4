import org.jspecify.annotations.NullMarked;

/**
 * Postern's implementation. Applications meet its builder and its Guice module, and nothing else.
 */
@NullMarked
module io.postern.core {
  requires transitive io.postern;
  requires com.fasterxml.jackson.core;
  requires com.google.guice;
  requires jakarta.inject;
  requires java.sql;
  requires org.slf4j;
  requires static org.jspecify;

  // Guice calls package-private constructors.
  opens io.postern.core.audit to
      com.google.guice;
  opens io.postern.core.jump to
      com.google.guice;
  opens io.postern.core.notice to
      com.google.guice;
  opens io.postern.core.person to
      com.google.guice;
  opens io.postern.core.sweep to
      com.google.guice;
}
