package io.postern.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.PluginIdentity;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor says of good plug-ins and of broken ones. */
@Rule("ECM-12")
class DoctorTest {
  @TempDir Path directory;

  private PluginYard yard;
  private final DoctorProcess doctor = DoctorProcess.onClassPath();

  @BeforeEach
  void open() throws IOException {
    yard = new PluginYard(directory, PluginIdentity.class);
  }

  private Path settings(String text) throws IOException {
    return Files.writeString(directory.resolve("settings.properties"), text);
  }

  /** A provider with settings and a few things done otherwise. */
  private Path keyed(String name, String health, String create, String close) {
    String packageName = "vendor.keyed";
    return yard.jar(
        yard.subFolder(name).resolve("plugin.jar"),
        Map.of(
            packageName + ".Plugin",
            """
            package %s;
            import io.postern.spi.*;
            import io.postern.spi.credential.*;
            import io.postern.credential.Secret;
            public final class Plugin implements CredentialProviderFactory {
              private static final Setting<String> URL =
                  Setting.text("url", "where the store is").required();
              private static final Setting<Secret> TOKEN =
                  Setting.secret("token", "what it logs on with").required();
              public PluginIdentity identity() { return PluginIdentity.of("%s", "2.1"); }
              public java.util.List<Setting<?>> settings() { return java.util.List.of(URL, TOKEN); }
              public CredentialProvider create(Settings settings, PluginContext context) {
                %s
                String told = settings.get(TOKEN).use(bytes ->
                    java.nio.charset.StandardCharsets.UTF_8.decode(bytes).toString());
                return new CredentialProvider() {
                  public Health health(HealthCheck check) { %s }
                  public java.util.List<FoundCredential> find(FindRequest request) {
                    return java.util.List.of(FoundCredential.of("key-1", "ora",
                        io.postern.credential.CredentialKind.PASSWORD,
                        io.postern.credential.Candidate.Precedence.ITEM));
                  }
                  public Lent resolve(ResolveRequest request) { return null; }
                  public void release(ReleaseRequest request) {}
                  public void close() { %s }
                };
              }
            }
            """
                .formatted(packageName, name, create, health, close)),
        Map.of(
            "META-INF/services/io.postern.spi.credential.CredentialProviderFactory",
            packageName + ".Plugin\n"));
  }

  private Path keyed(String health) {
    return keyed("keyed", health, "", "");
  }

  @Test
  void aGoodPlugin_isTakenThroughAllSteps() throws Exception {
    Path jar = keyed("return Health.up(\"store at \" + settings.get(URL));");
    Files.writeString(directory.resolve("token"), "s3cret-token\n");
    Path settings = settings("url=https://store\ntoken=@token\n");
    yard.trustAll();
    for (Path plugin : new Path[] {jar, jar.getParent(), yard.folder()}) {
      doctor
          .run(plugin, settings, "--trust", yard.trust(), "--find", "db.example.org:1521")
          .hasStatus(0)
          .says("credential provider 'keyed' 2.1")
          .says("setting token (secret, required): what it logs on with")
          .says("its store answers: store at https://store")
          .says("it found 1 credentials for db.example.org")
          .says("ITEM PASSWORD key-1 (ora)")
          .says("leaves nothing running")
          .says("Nothing is wrong.")
          .saysNot("s3cret");
    }
  }

  @Test
  void wrongSettings_areAllNamed_andNoValueIsShown() throws Exception {
    keyed("return Health.up(\"\");");
    doctor
        .run(yard.folder(), settings("ulr=https://hunter2\ntoken=hunter2\n"))
        .hasStatus(1)
        .says("setting 'url' is missing")
        .says("did you mean 'url'?")
        .says("'token' must be given as a Secret")
        .says("write key=@file here")
        .says("3 things are wrong.")
        .saysNot("hunter2");
  }

  @Test
  void withoutSettings_whatItNeedsIsListed_andNothingIsMade() throws Exception {
    keyed("throw new IllegalStateException();");
    doctor
        .run(yard.folder())
        .hasStatus(0)
        .says("setting url (text, required): where the store is")
        .says("no instance was made")
        .saysNot("an instance was made")
        .saysNot("Nothing is wrong.")
        .endsWith(
            "Nothing is wrong with what was tried.\n"
                + "Not tried: making an instance of 'keyed' and asking it (name its settings).\n");
  }

  @Test
  void withoutAnEndpoint_itSaysThatNothingWasLookedFor() throws Exception {
    yard.add(Provider.named("good"));
    doctor
        .run(yard.folder())
        .hasStatus(0)
        .says("an instance was made")
        .endsWith(
            "Nothing is wrong with what was tried.\n"
                + "Not tried: finding credentials (--find <host>).\n");
  }

  @Test
  void aPerson_canBeNamed_becauseWhatIsFoundMayDependOnWhoAsks() throws Exception {
    Path plugin =
        yard.add(
            Provider.named("personal")
                .find(
                    "return request.call().person().groups().contains("
                        + "io.postern.person.GroupId.of(\"dba\")) ? java.util.List.of("
                        + "FoundCredential.of(\"key\", request.call().person().id().value(),"
                        + " io.postern.credential.CredentialKind.PASSWORD,"
                        + " io.postern.credential.Candidate.Precedence.PERSON))"
                        + " : java.util.List.of();"));
    doctor
        .run(plugin, "--find", "db", "--person", "ora,night,dba")
        .hasStatus(0)
        .says("it found 1 credentials for db, asked by 'ora' (in dba, night)")
        .says("PERSON PASSWORD key (ora)")
        .endsWith("Nothing is wrong.\n");
    doctor
        .run(plugin, "--find", "db", "--person", "ora")
        .says("it found 0 credentials for db, asked by 'ora' (in no group)");
    doctor
        .run(plugin, "--find", "db")
        .says("it found 0 credentials for db, asked by 'doctor' (in no group)");
    doctor.run(plugin, "--person", "ora").hasStatus(2).says("say for what by --find");
    doctor.run(plugin, "--find", "db", "--person", "ora,,dba").hasStatus(2).says("group id");
  }

  @Test
  void aPlugin_thatPrintsASecret_isFoundOut_andTheSecretIsNotShown() throws Exception {
    keyed("return Health.up(\"logged on with \" + told);");
    Files.writeString(directory.resolve("token"), "s3cret-token");
    doctor
        .run(yard.folder(), settings("url=x\ntoken=@token"))
        .hasStatus(1)
        .says("holds the value of a secret setting")
        .saysNot("s3cret");
  }

  @Test
  void aPlugin_thatThrowsWithASecret_isToldByItsKindAndPlace() throws Exception {
    keyed("keyed", "return null;", "if (true) throw new IllegalStateException(\"s3cret\");", "");
    Files.writeString(directory.resolve("token"), "other");
    doctor
        .run(yard.folder(), settings("url=x\ntoken=@token"))
        .hasStatus(1)
        .says("create: it threw java.lang.IllegalStateException at")
        .says("vendor.keyed.Plugin.create")
        .saysNot("s3cret");
  }

  /** What the JVM throws when a library was left out of the folder. */
  @Test
  void aPlugin_whoseLibraryIsNotThere_isToldWhichClassIsMissing() throws Exception {
    keyed(
        "keyed",
        "return null;",
        "if (true) throw new NoClassDefFoundError(\"vendor/http/Client$Pool\");",
        "");
    Files.writeString(directory.resolve("token"), "other");
    doctor
        .run(yard.folder(), settings("url=x\ntoken=@token"))
        .hasStatus(1)
        .says("create: the class vendor.http.Client$Pool is not there")
        .says("put the library that has it beside the plug-in's jar");
  }

  @Test
  void aStore_thatIsDown_andAThreadThatStays_areFound() throws Exception {
    keyed(
        "keyed",
        "return Health.down(\"no route to it\");",
        "Thread stays = new Thread(() -> { while (true)"
            + " java.util.concurrent.locks.LockSupport.park(); }, \"vendor-refresh\");"
            + " stays.setDaemon(true); stays.start();",
        "");
    Files.writeString(directory.resolve("token"), "other");
    doctor
        .run(yard.folder(), settings("url=x\ntoken=@token"))
        .hasStatus(1)
        .says("its store cannot be used: no route to it")
        .says("the thread 'vendor-refresh' still runs")
        .says("2 things are wrong.");
  }

  @Test
  void brokenPlugins_areEachToldByTheReason() throws Exception {
    Files.writeString(yard.subFolder("corrupt").resolve("plugin.jar"), "this is no jar");
    yard.addRaw("absent", "vendor.absent.Plugin", Map.of());
    yard.addRaw("nameless", "", Map.of("vendor.Any", "package vendor; public class Any {}"));
    yard.add(
        Provider.named("throwing").constructor("throw new IllegalStateException(\"at once\");"));
    yard.add("renamed", Provider.named("original"));
    yard.subFolder("empty");
    yard.addConnector("wire");
    doctor
        .run(yard.folder())
        .hasStatus(1)
        .says("corrupt/plugin.jar is no jar")
        .says("vendor.absent.Plugin not found")
        .says("it names no plug-in")
        .says("IllegalStateException: at once")
        .says("rename the folder 'original'")
        .says("there is no jar in it")
        .says("connector 'wire' 1.0")
        .says("it logs on with [PASSWORD]");
  }

  @Test
  void aPlugin_thatIsNotTrusted_isNotRun_andTheLinesToAddAreNamed() throws Exception {
    Path ran = directory.resolve("ran");
    yard.add(
        Provider.named("stranger")
            .statics(
                "static { try { java.nio.file.Files.createFile(java.nio.file.Path.of(\""
                    + ran
                    + "\")); } catch (java.io.IOException e) {"
                    + " throw new java.io.UncheckedIOException(e); } }"));
    doctor
        .run(yard.folder(), "--trust", yard.trust())
        .hasStatus(1)
        .says("stranger/plugin.jar is not listed")
        .says("  stranger/plugin.jar");
    assertThat(ran).doesNotExist();
    doctor.run(yard.folder());
    assertThat(ran).as("what it does when it is run").exists();
  }

  @Test
  void aJar_isHeldAgainstTheTrustFile_asItsFolderIs() throws Exception {
    Path jar = yard.add(Provider.named("stranger"));
    Path trust = directory.resolve("lines");
    for (String lines : new String[] {"", "0".repeat(64) + "  stranger/plugin.jar\n"}) {
      Files.writeString(trust, lines);
      for (Path plugin : new Path[] {jar, jar.getParent(), yard.folder()}) {
        doctor
            .run(plugin, "--trust", trust)
            .hasStatus(1)
            .says("stranger/plugin.jar")
            .saysNot("Nothing is wrong");
      }
    }
    yard.trustAll();
    doctor
        .run(jar, "--trust", yard.trust())
        .hasStatus(0)
        .says("its files are those of the trust file");
  }

  @Test
  void askedWrongly_itSaysHowToAsk() throws Exception {
    doctor.run().hasStatus(2).says("no plug-in was named").says("--trust <file>");
    doctor.run(directory.resolve("nowhere")).hasStatus(2).says("there is no");
    doctor.run(yard.folder(), "--trsut", "x").hasStatus(2).says("no option --trsut");
    doctor.run(yard.folder(), directory.resolve("none.properties")).hasStatus(2);
  }

  @Test
  void whatAHostWouldNotTake_isSaidAsTheHostSaysIt() throws Exception {
    Path plugin =
        yard.add(
            Provider.named("promising")
                .find(
                    "return java.util.List.of(FoundCredential.of(\"root\", \"root\","
                        + " io.postern.credential.CredentialKind.PASSWORD,"
                        + " io.postern.credential.Candidate.Precedence.ITEM).exclusive(true));"));
    doctor
        .run(plugin, "--find", "db")
        .hasStatus(1)
        .says("it found 'root' to be exclusive and cannot check out")
        .says("a host takes nothing of such an answer");
    Path twice =
        yard.add(
            Provider.named("repeating")
                .find(
                    "FoundCredential one = FoundCredential.of(\"app\", \"app\","
                        + " io.postern.credential.CredentialKind.PASSWORD,"
                        + " io.postern.credential.Candidate.Precedence.ITEM);"
                        + " return java.util.List.of(one, one);"));
    doctor
        .run(twice, "--find", "db")
        .hasStatus(1)
        .says("it found 'app' twice or without a user name");
  }
}
