package io.postern.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Refused;
import io.postern.spi.PluginIdentity;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the plug-in folder may be loaded. */
@Rule("ECM-2")
class TrustTest {
  @TempDir Path directory;

  private PluginYard yard;
  private Path jar;

  @BeforeEach
  void open() throws IOException {
    yard = new PluginYard(directory, PluginIdentity.class);
    jar = yard.add(Provider.named("keepass"));
  }

  private void load(Optional<Path> trust) {
    try (Plugins plugins = Plugins.on(getClass().getClassLoader(), yard.folder(), trust)) {
      new Discovery<>(
              "credential provider",
              CredentialProviderFactory.class,
              CredentialProviderFactory::identity,
              Map.of(),
              plugins)
          .named("keepass")
          .close();
    }
  }

  private void load() {
    load(Optional.of(yard.trust()));
  }

  private PosternException refused() {
    return Refused.with(ErrorCode.PLUGIN_UNTRUSTED, this::load);
  }

  private void append(String text) throws IOException {
    Files.writeString(yard.trust(), text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** The lines that a refusal says are to be added. */
  private static String linesIn(PosternException refusal) {
    return refusal.getMessage().substring(refusal.getMessage().indexOf(":\n") + 2);
  }

  @Test
  void whatIsNotListed_isRefused_andTheLinesOfTheRefusalTrustIt() throws IOException {
    yard.jar(jar.resolveSibling("library.jar"), Map.of(), Map.of("any.txt", "x"));
    PosternException refusal = refused();
    assertThat(refusal)
        .hasMessageContaining("keepass/library.jar is not listed")
        .hasMessageContaining("keepass/plugin.jar is not listed")
        .hasMessageContaining(yard.trust().toString());
    append(linesIn(refusal));
    load();
  }

  @Test
  @RequiresProgram(value = "sha256sum", debianPackage = "coreutils")
  void whatSha256sumWrites_isTrusted() throws Exception {
    Process process =
        new ProcessBuilder("sh", "-c", "sha256sum */*.jar >> " + yard.trust())
            .directory(yard.folder().toFile())
            .start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    load();
  }

  @Test
  void whatWasChanged_isRefused_namingTheLineToReplace() throws IOException {
    yard.trustAll();
    load();
    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
    PosternException refusal = refused();
    assertThat(refusal).hasMessageContaining("is not what line 3 says");
    append(linesIn(refusal));
    load();
  }

  @Test
  void aLaterLine_isTheOneThatCounts() throws IOException {
    yard.trustAll();
    append("0".repeat(64) + "  keepass/plugin.jar\n");
    refused();
  }

  @Test
  void whatIsListedAndMissing_isRefused() throws IOException {
    yard.trustAll();
    append("0".repeat(64) + "  keepass/library.jar\n");
    assertThat(refused()).hasMessageContaining("keepass/library.jar is listed and missing");
    yard.trustAll();
    Files.delete(jar);
    Files.delete(jar.getParent());
    assertThat(refused()).hasMessageContaining("its folder is not there");
  }

  @Test
  void aTrustFile_thatIsNotThere_trustsNothing() {
    assertThat(refused()).hasMessageContaining("is not listed");
  }

  @Test
  void aTrustFile_withLinesThatCannotBeRead_trustsNothing_andNamesThem() throws IOException {
    yard.trustAll();
    append("<<<<<<< mine\n# a comment\n\nsha256 keepass/plugin.jar\n");
    PosternException refusal = Refused.with(ErrorCode.SETTINGS_INVALID, this::load);
    assertThat(refusal.faults())
        .hasSize(2)
        .anyMatch(fault -> fault.contains("line 4"))
        .anyMatch(fault -> fault.contains("line 7"));
  }

  @Test
  void commentsStarsDotsAndCapitals_ofOtherTools_areUnderstood() throws IOException {
    append(
        "# by hand\r\n"
            + PluginJar.digest(jar).toUpperCase(java.util.Locale.ROOT)
            + " *./keepass/plugin.jar\r\n");
    load();
  }

  @Test
  void aTrustFile_thatEverybodyMayChange_trustsNothing() throws IOException {
    yard.trustAll();
    Files.setPosixFilePermissions(yard.trust(), PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(refused()).hasMessageContaining("(chmod o-w " + yard.trust() + ")");
    Files.setPosixFilePermissions(yard.trust(), PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(refused()).hasMessageContaining("(chmod o-w " + directory + ")");
  }

  @Test
  void aLinkToTheTrustFile_thatEverybodyMayLeadElsewhere_trustsNothing() throws IOException {
    yard.trustAll();
    Path open = Files.createDirectory(directory.resolve("open"));
    Path link = Files.createSymbolicLink(open.resolve("trusted"), yard.trust());
    load(Optional.of(link));
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
    load(Optional.of(link), ErrorCode.PLUGIN_UNTRUSTED);
  }

  /** Makes a file somebody else's; or us somebody else, where only root gives files away. */
  private static Access afterGivingAway(Path file) throws IOException {
    int owner = new Ownership.OnDisk().of(file).user();
    if (owner != 0) {
      return new Access(new Ownership.OnDisk(), OptionalInt.of(owner + 1));
    }
    Files.setAttribute(file, "unix:uid", 4711);
    return new Access();
  }

  private PosternException faultBy(Access access, Optional<Path> trust) {
    PluginFolder folder = new PluginFolder(yard.folder(), trust, access);
    return Refused.with(
        ErrorCode.PLUGIN_UNTRUSTED,
        () -> {
          throw folder.look("keepass").fault().orElseThrow();
        });
  }

  @Test
  void withoutATrustFile_whatBelongsToSomebodyElse_isRefused() throws IOException {
    assertThat(faultBy(afterGivingAway(jar), Optional.empty()))
        .hasMessageContaining("plug-in 'keepass' is not trusted")
        .hasMessageContaining(jar + " belongs to '")
        .hasMessageContaining("(chown root " + jar + ")")
        .hasMessageContaining("or use a trust file");
  }

  @Test
  void withoutATrustFile_aFolderOfSomebodyElse_isRefusedAsAWhole() throws IOException {
    Access access = afterGivingAway(yard.folder());
    PluginFolder folder = new PluginFolder(yard.folder(), Optional.empty(), access);
    assertThat(Refused.with(ErrorCode.PLUGIN_UNTRUSTED, folder::look))
        .hasMessageContaining("the plug-in folder " + yard.folder() + " is not trusted")
        .hasMessageContaining("(chown root " + yard.folder() + ")");
  }

  @Test
  void aTrustFile_ofSomebodyElse_trustsNothing() throws IOException {
    yard.trustAll();
    assertThat(faultBy(afterGivingAway(yard.trust()), Optional.of(yard.trust())))
        .hasMessageContaining("the trust file " + yard.trust() + " is not trusted")
        .hasMessageContaining("(chown root " + yard.trust() + ")");
  }

  /** The digest stands for the file, whoever may change it. */
  @Test
  void withATrustFile_whoseTheJarsAre_doesNotMatter() throws IOException {
    yard.trustAll();
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
    load();
  }

  @Test
  void aLink_outOfTheFolder_isRefused() throws IOException {
    Path outside = Files.move(jar, directory.resolve("outside.jar"));
    Files.createSymbolicLink(jar, outside);
    yard.trustAll();
    assertThat(refused()).hasMessageContaining("leads out");
    load(Optional.of(yard.trust()), ErrorCode.PLUGIN_UNTRUSTED);
    load(Optional.empty(), ErrorCode.PLUGIN_UNTRUSTED);
  }

  private void load(Optional<Path> trust, ErrorCode code) {
    Refused.with(code, () -> load(trust));
  }

  @Test
  void withoutATrustFile_everythingIsLoaded_butWhatEverybodyMayChange() throws IOException {
    load(Optional.empty());
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
    load(Optional.empty(), ErrorCode.PLUGIN_UNTRUSTED);
    Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-r--r--"));
    Files.setPosixFilePermissions(jar.getParent(), PosixFilePermissions.fromString("rwxrwxrwx"));
    load(Optional.empty(), ErrorCode.PLUGIN_UNTRUSTED);
  }

  @Test
  void aFile_thatIsChangedBetweenLookAndLoad_isRefused_andNothingOfItStays() throws IOException {
    yard.trustAll();
    PluginFolder.Entry entry =
        new PluginFolder(yard.folder(), Optional.of(yard.trust())).look().get("keepass");
    assertThat(entry.fault()).isEmpty();
    Files.write(jar, new byte[] {0}, StandardOpenOption.APPEND);
    Path copies = Files.createDirectory(directory.resolve("copies"));
    assertThat(
            Refused.with(
                ErrorCode.PLUGIN_UNTRUSTED,
                () -> LoadedPlugin.of(entry, copies, Duration.ofSeconds(2), () -> {})))
        .hasMessageContaining("was changed while it was being loaded");
    assertThat(copies).doesNotExist();
  }

  @Test
  void whatWasLoaded_staysAsItWasChecked_whateverHappensInTheFolder() throws IOException {
    yard.trustAll();
    try (Plugins plugins =
        Plugins.on(getClass().getClassLoader(), yard.folder(), Optional.of(yard.trust()))) {
      PluginFolder.Entry entry = plugins.look().get("keepass");
      LoadedPlugin plugin = plugins.load(entry);
      Runnable letGo = plugin.use();
      Files.writeString(jar, "something else");
      assertThat(plugin.offer(CredentialProviderFactory.class, CredentialProviderFactory::identity))
          .satisfies(offer -> assertThat(offer.factories()).hasSize(1));
      letGo.run();
    }
  }
}
