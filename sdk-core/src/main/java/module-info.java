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

  opens io.postern.core.tool to
      com.google.guice;
}
