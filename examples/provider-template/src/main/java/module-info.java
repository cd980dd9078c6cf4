// region module
/** Credentials in a PKCS#12 key store. */
module com.example.keystore {
  requires io.postern;

  provides io.postern.spi.credential.CredentialProviderFactory with
      com.example.keystore.KeystoreProviderFactory;
}
// endregion
