import org.jspecify.annotations.NullMarked;

/**
 * The conformance kit: what a vendor's tests extend to see whether a plug-in keeps the rules of the
 * plug-in interfaces. Begin at {@link io.postern.tck.CredentialProviderTck}.
 */
@NullMarked
module io.postern.tck {
  requires transitive io.postern;
  requires transitive org.junit.jupiter.api;
  requires static ch.qos.logback.classic;
  requires static ch.qos.logback.core;
  requires static org.slf4j;
  requires static org.jspecify;

  exports io.postern.tck;

  opens io.postern.tck to
      org.junit.platform.commons;
}
