import io.postern.credential.vault.VaultProviderFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import org.jspecify.annotations.NullMarked;

/**
 * A credential provider for HashiCorp Vault and OpenBao: static and dynamic credentials, library
 * accounts, one-time passwords and signed SSH keys.
 *
 * <p>Hosts configure it by the name {@code vault}.
 */
@NullMarked
module io.postern.credential.vault {
  requires transitive io.postern;
  requires java.net.http;
  requires org.slf4j;
  requires static org.jspecify;
  requires vault.java.driver;

  exports io.postern.credential.vault;

  provides CredentialProviderFactory with
      VaultProviderFactory;
}
