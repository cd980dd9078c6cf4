package io.postern.credential.vault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority with a server and a client that it vouches for, made by the JDK's keytool. */
final class Certificates {
  static final String PASSWORD = "changeit";
  final Path folder;

  Certificates(Path folder) throws Exception {
    this.folder = folder;
    Path all = folder.resolve("all.p12");
    pair(all, "ca", "bc:c");
    pair(all, "server", "san=ip:127.0.0.1,dns:localhost", "-signer", "ca");
    pair(all, "client", "eku=clientAuth", "-signer", "ca");
    pair(all, "elsewhere", "san=dns:vault.example", "-signer", "ca");
    KeyStore made = KeyStore.getInstance(all.toFile(), PASSWORD.toCharArray());
    for (String alias : List.of("ca", "server", "client", "elsewhere")) {
      keep(made, alias);
    }
  }

  /** Each alias gets a store of its own, which also says whom to trust. */
  private void keep(KeyStore made, String alias) throws Exception {
    char[] password = PASSWORD.toCharArray();
    Certificate[] chain = made.getCertificateChain(alias);
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    own.setKeyEntry(alias, made.getKey(alias, password), password, chain);
    own.setCertificateEntry("root", chain[chain.length - 1]);
    try (OutputStream out = Files.newOutputStream(store(alias))) {
      own.store(out, password);
    }
    write(pem(alias), "CERTIFICATE", chain[0].getEncoded());
  }

  Path store(String alias) {
    return folder.resolve(alias + ".p12");
  }

  /** The certificate alone. */
  Path pem(String alias) {
    return folder.resolve(alias + ".pem");
  }

  /** The key in PKCS#8. */
  Path key(String alias) throws Exception {
    KeyStore keys = KeyStore.getInstance(store(alias).toFile(), PASSWORD.toCharArray());
    byte[] der = keys.getKey(alias, PASSWORD.toCharArray()).getEncoded();
    return write(folder.resolve(alias + ".key"), "PRIVATE KEY", der);
  }

  private static Path write(Path file, String what, byte[] der) throws IOException {
    String base64 = Base64.getMimeEncoder().encodeToString(der);
    return Files.writeString(
        file, "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(what, base64, what));
  }

  private static void pair(Path store, String alias, String extension, String... more)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650"));
    command.addAll(List.of("-keystore", store.toString(), "-storepass", PASSWORD));
    command.addAll(List.of("-ext", extension));
    command.addAll(List.of(more));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }
}
