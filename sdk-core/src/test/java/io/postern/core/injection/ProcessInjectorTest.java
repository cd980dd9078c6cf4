package io.postern.core.injection;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.ErrorCode;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.credential.Credential;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that are given to real processes of this machine. */
@Timeout(60)
class ProcessInjectorTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir Path temp;
  private final SettableGate gate = new SettableGate();

  private InjectedProcess inject(ProcessInjector injector, Credential credential) {
    assertThat(injector.missing(SettableGate.endpoint("db.example", 5432))).isEmpty();
    return injector.inject(gate.handing(credential, "db.example", 5432));
  }

  private static String said(InjectedProcess process) throws IOException {
    return new String(process.output().readAllBytes(), UTF_8);
  }

  @Test
  @Rule({"INJ-1", "INJ-2"})
  void onInput_theProgramReadsTheSecretAsALine_andItIsWipedHere() throws Exception {
    Credential credential = SettableGate.password("app", "s3crét");
    try (InjectedProcess process =
        inject(ProcessInjector.running("cat").secretOnInput(), credential)) {
      assertThat(credential.secrets().get(0).isClosed()).isTrue();
      process.input().write("more\n".getBytes(UTF_8));
      process.input().close();
      assertThat(said(process)).isEqualTo("s3crét\nmore\n");
      assertThat(process.awaitExit(SOON)).isEqualTo(OptionalInt.of(0));
      assertThat(process.isRunning()).isFalse();
      assertThat(process.toString()).doesNotContain("s3crét");
    }
    Awaiting.until("the session is told", () -> gate.closed.get() == 1);
  }

  @Test
  @Rule("INJ-2")
  void inEnvironment_theProgramHasTheVariable_andNothingElseOfThisProcess() throws Exception {
    try (InjectedProcess process =
        inject(
            ProcessInjector.running("env")
                .environment("PGHOST", "{host}:{port}")
                .secretInEnvironment("PGPASSWORD"),
            SettableGate.token("t0ken"))) {
      String said = said(process);
      assertThat(said.lines())
          .contains("PGPASSWORD=t0ken", "PGHOST=db.example:5432")
          .anyMatch(line -> line.startsWith("PATH="));
      assertThat(said.lines().map(line -> line.split("=")[0]))
          .isSubsetOf(
              "PGPASSWORD",
              "PGHOST",
              "PATH",
              "HOME",
              "LANG",
              "LC_ALL",
              "TZ",
              "TMPDIR",
              "TEMP",
              "TMP",
              "POSTERN_PROCESS");
    }
  }

  @Test
  void arguments_areGivenAsTheyAre_withoutAShell() throws Exception {
    // Not on its input: a program that reads none may have ended before it is written.
    try (InjectedProcess process =
        inject(
            ProcessInjector.running(
                    "printf", "%s|", "$(id)", "; echo x", "{user}@{host}:{port}", "a b")
                .in(temp)
                .secretInEnvironment("UNUSED"),
            SettableGate.password("app", "x"))) {
      assertThat(said(process)).isEqualTo("$(id)|; echo x|app@db.example:5432|a b|");
    }
  }

  @Test
  void whatAProgramHasWritten_canBeReadAfterItsEnd() throws Exception {
    try (InjectedProcess process =
        inject(
            ProcessInjector.running("sh", "-c", "echo said; echo wrong >&2; exit 3")
                .secretInEnvironment("UNUSED"),
            SettableGate.password("app", "x"))) {
      Awaiting.until("the session is told", () -> gate.closed.get() == 1);
      assertThat(process.awaitExit(SOON)).isEqualTo(OptionalInt.of(3));
      assertThat(said(process)).isEqualTo("said\n");
      assertThat(process.errors().readAllBytes()).isEqualTo("wrong\n".getBytes(UTF_8));
    }
  }

  @Test
  void close_killsTheProgramAndWhatItStarted() throws Exception {
    try (InjectedProcess process =
        inject(
            ProcessInjector.running("sh", "-c", "sleep 600 & echo $!; wait").secretOnInput(),
            SettableGate.password("app", "x"))) {
      ProcessHandle child = child(process);
      assertThat(process.awaitExit(Duration.ofMillis(1))).isEmpty();
      process.close();
      process.close();
      assertThat(process.awaitExit(SOON)).isNotEmpty();
      awaitDeath(child);
    }
    Awaiting.until("the session is told", () -> gate.closed.get() == 1);
  }

  private static ProcessHandle child(InjectedProcess process) throws IOException {
    StringBuilder number = new StringBuilder();
    for (int c = process.output().read(); c != '\n'; c = process.output().read()) {
      number.append((char) c);
    }
    return ProcessHandle.of(Long.parseLong(number.toString())).orElseThrow();
  }

  private static void awaitDeath(ProcessHandle child) {
    // Where nobody collects the dead, one that is killed stays known, without a command.
    Awaiting.until("the child is gone", () -> !child.isAlive() || child.info().command().isEmpty());
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whatAProgramLeavesBehind_isKilledWhenItEnds() throws Exception {
    try (InjectedProcess process =
        inject(
            ProcessInjector.running(
                    "sh",
                    "-c",
                    "(sleep 601 & echo $!; exec >&- 2>&-;"
                        + " setsid sh -c 'echo $$ >other.new; mv other.new other; exec sleep 602' &)"
                        + " & read x")
                .in(temp)
                .secretInEnvironment("SECRET"),
            SettableGate.password("app", "x"))) {
      ProcessHandle child = child(process);
      Awaiting.until("its parent is gone", () -> isOrphan(child));
      assertThat(child.isAlive()).isTrue();
      Path written = temp.resolve("other");
      Awaiting.until("another one runs in the background", () -> Files.exists(written));
      ProcessHandle other =
          ProcessHandle.of(Long.parseLong(Files.readString(written).strip())).orElseThrow();
      assertThat(process.isRunning()).isTrue();
      process.input().write('\n');
      process.input().close();
      assertThat(process.awaitExit(SOON)).isNotEmpty();
      awaitDeath(child);
      awaitDeath(other);
    }
    Awaiting.until("the session is told", () -> gate.closed.get() == 1);
  }

  /** Whether nobody but the process that collects orphans is its parent. */
  private static boolean isOrphan(ProcessHandle child) {
    return ProcessHandle.current().descendants().noneMatch(child::equals);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void close_killsChildrenWhoseParentHasEnded_andNobodyElse() throws Exception {
    ProcessInjector leaving =
        ProcessInjector.running("sh", "-c", "(sleep 603 & echo $!) & read x")
            .secretInEnvironment("SECRET");
    try (InjectedProcess process = inject(leaving, SettableGate.password("app", "x"));
        InjectedProcess another = inject(leaving, SettableGate.password("app", "x"))) {
      ProcessHandle child = child(process);
      ProcessHandle others = child(another);
      Awaiting.until("its parent is gone", () -> isOrphan(child) && isOrphan(others));
      process.close();
      awaitDeath(child);
      assertThat(others.isAlive()).isTrue();
      assertThat(another.isRunning()).isTrue();
    }
  }

  @Test
  void readingAndWriting_askTheSession() throws Exception {
    try (InjectedProcess process =
        inject(ProcessInjector.running("cat").secretOnInput(), SettableGate.password("app", "x"))) {
      gate.refuse(ErrorCode.SESSION_FROZEN);
      Refused.with(ErrorCode.SESSION_FROZEN, () -> process.output().read());
      Refused.with(ErrorCode.SESSION_FROZEN, () -> process.output().readAllBytes());
      Refused.with(ErrorCode.SESSION_FROZEN, () -> process.input().write(1));
      Refused.with(ErrorCode.SESSION_FROZEN, () -> process.input().write(new byte[3]));
      gate.open();
      assertThat(process.output().read()).isEqualTo('x');
    }
  }

  @Test
  @Rule("INJ-3")
  void missing_namesAllOfIt() {
    ProcessInjector injector =
        ProcessInjector.running(temp.resolve("nothing").toString()).in(temp.resolve("nowhere"));
    assertThat(injector.missing(SettableGate.endpoint("db.example", 1)))
        .hasSize(3)
        .anyMatch(line -> line.contains("secretOnInput"))
        .anyMatch(line -> line.contains("no program"))
        .anyMatch(line -> line.contains("no directory"));
  }

  @Test
  @Rule("INJ-1")
  void inject_whatCannotBeStarted_isToldWithoutTheSecret() {
    assertThat(
            Refused.with(
                ErrorCode.PRECONDITION_FAILED,
                () ->
                    inject(
                        ProcessInjector.running("no-such-program-here").secretInEnvironment("X"),
                        SettableGate.token("canary"))))
        .hasMessageContaining("no-such-program-here")
        .hasMessageNotContaining("canary")
        .hasNoCause();
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        () ->
            inject(
                ProcessInjector.running("env").secretInEnvironment("X"),
                SettableGate.token("can\u0000ary")));
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        () ->
            inject(
                ProcessInjector.running("cat").secretOnInput(),
                SettableGate.token("x".repeat(4_096))));
    Refused.with(
        ErrorCode.PRECONDITION_FAILED,
        () ->
            inject(
                ProcessInjector.running("cat", "{user}").secretOnInput(),
                SettableGate.password("--help", "x")));
  }

  @Test
  void environment_ofNoName_isRefused() {
    for (String name : new String[] {"", "A B", "A=B", "1A", "POSTERN_PROCESS"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ProcessInjector.running("env").secretInEnvironment(name));
    }
  }
}
