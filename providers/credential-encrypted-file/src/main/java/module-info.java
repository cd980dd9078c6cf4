import io.postern.credential.file.EncryptedFileProviderFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import org.jspecify.annotations.NullMarked;

/**
 * A credential provider that keeps its credentials in one encrypted file, with nothing but the JDK.
 *
 * <p>Hosts configure it by the name {@code encrypted-file}; operators fill the file with {@link
 * io.postern.credential.file.EncryptedCredentialFile}.
 */
@NullMarked
module io.postern.credential.file {
  requires transitive io.postern;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.postern.credential.file;

  provides CredentialProviderFactory with
      EncryptedFileProviderFactory;
}
