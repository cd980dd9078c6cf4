import org.jspecify.annotations.NullMarked;

/**
 * Postern's implementation. Applications meet its builder, its Guice module, and what credentials
 * can be injected into, and nothing else.
 */
// Guice 7 has no module descriptor of its own.
@SuppressWarnings("requires-transitive-automatic")
@NullMarked
module io.postern.core {
  requires transitive io.postern;
  requires transitive java.sql;
  requires transitive com.google.guice;
  requires transitive jakarta.inject;
  // Guice needs it and, without a descriptor, says so to nobody: every host would have to.
  requires com.google.common;
  requires com.fasterxml.jackson.core;
  requires com.github.benmanes.caffeine;
  requires transitive java.net.http;
  requires org.slf4j;
  requires static org.jspecify;
  // Only where a host injects into PostgreSQL, and then its driver is there.
  requires static org.postgresql.jdbc;

  exports io.postern.core;
  exports io.postern.core.injection;

  uses io.postern.spi.connector.ConnectorFactory;
  uses io.postern.spi.credential.CredentialProviderFactory;

  // Guice calls package-private constructors.
  opens io.postern.core to
      com.google.guice;
  opens io.postern.core.approval to
      com.google.guice;
  opens io.postern.core.audit to
      com.google.guice;
  opens io.postern.core.credential to
      com.google.guice;
  opens io.postern.core.inventory to
      com.google.guice;
  opens io.postern.core.jump to
      com.google.guice;
  opens io.postern.core.notice to
      com.google.guice;
  opens io.postern.core.person to
      com.google.guice;
  opens io.postern.core.recording to
      com.google.guice;
  opens io.postern.core.session to
      com.google.guice;
  opens io.postern.core.store to
      com.google.guice;
  opens io.postern.core.sweep to
      com.google.guice;
  opens io.postern.core.tool to
      com.google.guice;
}
