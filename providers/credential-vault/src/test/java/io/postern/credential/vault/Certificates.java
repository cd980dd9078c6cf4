package io.postern.credential.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** An authority with a server and a client that it vouches for, made by the JDK's keytool. */
final class Certificates {
  static final String PASSWORD = "changeit";
  final Path folder;

  Certificates(Path folder) throws Exception {
    this.folder = folder;
    keytool("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
    export("ca");
    signed("server", "san=ip:127.0.0.1,dns:localhost");
    signed("client", "eku=clientAuth");
    signed("elsewhere", "san=dns:vault.example");
  }

  private void signed(String alias, String extension) throws Exception {
    keytool("-genkeypair", "-alias", alias, "-dname", "CN=" + alias);
    Path request = folder.resolve(alias + ".csr");
    keytool("-certreq", "-alias", alias, "-file", request.toString());
    run(
        "-gencert",
        "-alias",
        "ca",
        "-keystore",
        store("ca").toString(),
        "-storepass",
        PASSWORD,
        "-rfc",
        "-infile",
        request.toString(),
        "-outfile",
        pem(alias).toString(),
        "-ext",
        extension);
    keytool(
        "-importcert",
        "-noprompt",
        "-alias",
        "root",
        "-file",
        pem("ca").toString(),
        "-keystore-of",
        alias);
    keytool("-importcert", "-noprompt", "-alias", alias, "-file", pem(alias).toString());
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
    return Files.writeString(
        folder.resolve(alias + ".key"),
        "-----BEGIN PRIVATE KEY-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END PRIVATE KEY-----\n");
  }

  private void export(String alias) throws Exception {
    keytool("-exportcert", "-rfc", "-alias", alias, "-file", pem(alias).toString());
  }

  /** Each alias has a store of its own. */
  private void keytool(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    int of = all.indexOf("-keystore-of");
    String alias = of < 0 ? all.get(all.indexOf("-alias") + 1) : all.remove(of + 1);
    all.remove("-keystore-of");
    all.addAll(List.of("-keystore", store(alias).toString(), "-storepass", PASSWORD));
    if (all.contains("-genkeypair")) {
      all.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1", "-validity", "3650"));
    }
    run(all.toArray(new String[0]));
  }

  private static void run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
  }
}
