package io.postern.proofs.leak;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.proofs.Child;
import io.postern.testing.Canary;
import io.postern.testing.Proof;
import io.postern.testing.Scan;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One subject with its endpoint, each in a process of its own, and the search of the subject. */
final class Search implements AutoCloseable {
  private final Path directory;
  private final Path accounts;
  private final List<Canary> canaries = new ArrayList<>();
  private final List<Canary> neverShown = new ArrayList<>();
  private final Child endpoint;
  private final Child subject;
  private final Path output;
  private long scanned;

  private Search(Path directory, List<Canary> plants) throws Exception {
    this.directory = Files.createDirectories(directory.resolve("subject"));
    this.accounts = Files.createDirectories(directory.resolve("endpoint/accounts"));
    this.output = this.directory.resolve("output.txt");
    Canary filePassphrase = Canary.text("passphrase of the file");
    Canary app = Canary.text("password");
    Canary wrong = Canary.text("refused password");
    Canary keyPassphrase = Canary.text("passphrase of the key");
    Canary typed = Canary.text("typed password");
    Path key = key(directory, keyPassphrase);
    Files.write(accounts.resolve("app"), app.bytes());
    Files.write(accounts.resolve("typed"), typed.bytes());
    neverShown.addAll(List.of(filePassphrase, wrong, keyPassphrase));
    neverShown.addAll(piecesOf(key));
    canaries.addAll(neverShown);
    canaries.addAll(List.of(app, typed));
    canaries.addAll(plants);
    endpoint =
        Child.of(SshEndpoint.class)
            .jvm("-Xmx128m", "-XX:TieredStopAtLevel=1")
            .jvm("-Dlogback.configurationFile=child-logback.xml")
            .with(accounts, directory.resolve("endpoint/files"))
            .start();
    String port =
        new BufferedReader(new InputStreamReader(endpoint.process().getInputStream(), UTF_8))
            .readLine();
    Child.Plan plan =
        Child.of(Subject.class)
            .jvm("-Xmx128m", "-XX:+UseG1GC", "-XX:TieredStopAtLevel=1")
            .jvm("-Dorg.sqlite.tmpdir=" + this.directory)
            .jvm("-Dlogback.configurationFile=subject-logback.xml")
            .jvm("-Dleak.log=" + this.directory.resolve("log.txt"))
            .outputTo(output)
            .errorsTo(this.directory.resolve("errors.txt"))
            .with(this.directory, accounts, port);
    if (!plants.isEmpty()) {
      plan.with(plants.get(LeakTest.PLANTED.size()).text())
          .environment(Map.of("PLANTED", plants.get(LeakTest.PLANTED.size() + 1).text()));
    }
    subject = plan.start();
    tell(filePassphrase.bytes(), app.bytes(), wrong.bytes(), Files.readAllBytes(key));
    tell(keyPassphrase.bytes(), typed.bytes());
    for (int i = 0; i < LeakTest.PLANTED.size() && !plants.isEmpty(); i++) {
      tell(plants.get(i).bytes());
    }
  }

  static Search begin(Path directory, List<Canary> plants) throws Exception {
    return new Search(directory, plants);
  }

  private static Path key(Path directory, Canary passphrase) throws Exception {
    Path key = directory.resolve("key");
    Process keygen =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-C", "", "-f", key.toString(), "-N", "")
            .inheritIO()
            .start();
    assertThat(keygen.waitFor()).isZero();
    Files.copy(key, directory.resolve("open-key"));
    Process locking =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-p", "-f", key.toString(), "-P", "", "-N", passphrase.text())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(locking.waitFor()).isZero();
    return key;
  }

  /** The lines of the key file, and the private number that they hide. */
  private static List<Canary> piecesOf(Path key) throws IOException {
    List<Canary> pieces = new ArrayList<>();
    // The first line says only how the key is sealed, as every such file does.
    List<String> lines = Files.readAllLines(key);
    for (int i = 2; i < lines.size() - 2; i++) {
      pieces.add(Canary.of("line " + i + " of the key file", lines.get(i).getBytes(UTF_8)));
    }
    assertThat(pieces).isNotEmpty();
    byte[] open =
        Base64.getMimeDecoder()
            .decode(
                Files.readString(key.resolveSibling("open-key")).replaceAll("-----[^-]*-----", ""));
    // At the end: type, public key (32), private key and public key (64), comment (4), padding.
    int at = last(open, "ssh-ed25519".getBytes(UTF_8)) + 11 + 4 + 32 + 4;
    pieces.add(Canary.of("private key", Arrays.copyOfRange(open, at, at + 32)));
    return pieces;
  }

  private static int last(byte[] in, byte[] wanted) {
    for (int at = in.length - wanted.length; at >= 0; at--) {
      if (Arrays.equals(in, at, at + wanted.length, wanted, 0, wanted.length)) {
        return at;
      }
    }
    throw new IllegalStateException("not an Ed25519 key");
  }

  private void tell(byte[]... secrets) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    for (byte[] secret : secrets) {
      out.writeInt(secret.length);
      out.write(secret);
    }
    subject.say(bytes.toByteArray());
  }

  /** Goes through the subject's life; what was found by the place where it was. */
  Map<String, Map<String, Integer>> through() throws Exception {
    await("open");
    boolean alive = !subject.process().waitFor(5, TimeUnit.SECONDS);
    assertThat(alive).as("the subject is still there").isTrue();
    canaries.add(Canary.of("rotated password", Files.readAllBytes(accounts.resolve("app"))));
    assertThat(canaries.get(canaries.size() - 1).bytes()).as("rotated").hasSize(24);
    Map<String, Map<String, Integer>> found = new LinkedHashMap<>();
    Scan scan = new Scan(canaries);
    memory(scan, "memory", found);
    dump(scan, found);
    subject.say(new byte[] {'e'});
    await("ended");
    // What endpoints have shown is in the memory of whoever shows it on.
    Scan later = new Scan(neverShown);
    memory(later, "memory at the end", found);
    files(scan, found);
    subject.say(new byte[] {'q'});
    await("closed");
    memory(later, "memory when closed", found);
    found.put("database when closed", scan.files(directory.resolve("store")));
    scanned = scan.scanned() + later.scanned();
    return found;
  }

  private void memory(Scan scan, String name, Map<String, Map<String, Integer>> found)
      throws IOException {
    if (Proof.canReadMemoryOf(subject())) {
      long before = scan.scanned();
      found.put(name, scan.memory(subject.process().pid()));
      assertThat(scan.scanned() - before).as("memory that could be read").isGreaterThan(50 << 20);
    } else {
      System.out.println("LeakTest: " + name + " is skipped: /proc/<pid>/mem cannot be read");
    }
  }

  private void dump(Scan scan, Map<String, Map<String, Integer>> found) throws Exception {
    Path dump = directory.resolveSibling("heap.hprof");
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(subject.process().pid()),
                "GC.heap_dump",
                "-all",
                dump.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    assertThat(jcmd.waitFor()).isZero();
    found.put("heap dump", scan.files(dump));
    Files.delete(dump);
  }

  private void files(Scan scan, Map<String, Map<String, Integer>> found) throws IOException {
    Path process = Path.of("/proc/" + subject.process().pid());
    found.put("command line", scan.bytes(Files.readAllBytes(process.resolve("cmdline"))));
    found.put("environment", scan.bytes(Files.readAllBytes(process.resolve("environ"))));
    Map<String, String> places =
        Map.of(
            "log", "log.txt",
            "output", "output.txt",
            "errors", "errors.txt",
            "database", "store",
            "recordings", "recordings",
            "report", "reports",
            "credential file", "credentials");
    for (Map.Entry<String, String> place : places.entrySet()) {
      long before = scan.scanned();
      found.put(place.getKey(), scan.files(directory.resolve(place.getValue())));
      assertThat(scan.scanned() - before).as("bytes in: " + place.getKey()).isGreaterThan(100);
    }
  }

  private void await(String line) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!Files.readAllLines(output).contains(line)) {
      if (!subject.process().isAlive() || System.nanoTime() > end) {
        throw new AssertionError(
            "the subject does not come to '"
                + line
                + "'\n"
                + Files.readString(output)
                + Files.readString(directory.resolve("errors.txt")));
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  /** What the subject printed, among it all its transcripts. */
  String transcripts() throws IOException {
    return Files.readString(output);
  }

  /** The process that was searched; it is there until this is closed. */
  long subject() {
    return subject.process().pid();
  }

  long scanned() {
    return scanned;
  }

  int secrets() {
    return canaries.size();
  }

  int forms() {
    return canaries.stream().mapToInt(canary -> canary.forms().size()).sum();
  }

  @Override
  public void close() throws InterruptedException {
    subject.close();
    endpoint.close();
  }
}
