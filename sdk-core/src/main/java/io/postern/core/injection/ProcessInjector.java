package io.postern.core.injection;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.injection.Injector;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program on this machine with a password or token, on its standard input or, where it takes
 * it nowhere else, in its environment. No shell is between; in arguments and variables {@code
 * {host}}, {@code {port}} and {@code {user}} stand for the jump item's and the credential's. Of
 * this process's own environment it gets what programs need to run and nothing else. Immutable; the
 * methods give changed copies.
 *
 * <p>When the program ends by itself, and when it is closed, for example by the end of its session,
 * what it has started is killed too; programs that leave a server running in the background are
 * none for this. The Java platform knows children of a running program only, so Postern finds the
 * others by a variable {@code POSTERN_PROCESS} that it adds to the environment, which children
 * inherit. Not found are: elsewhere than on Linux, whatever outlives the program; those that were
 * started with another environment, or run as another user, and whose parent has ended; and nothing
 * at all is killed when this process itself is killed.
 */
public final class ProcessInjector implements Injector<InjectedProcess> {
  /** Where programs, their libraries, temporary files and language are found. */
  private static final Set<String> INHERITED =
      Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "TEMP", "TMP", "SystemRoot");

  /** What every pipe holds, so that writing it waits for nobody. */
  private static final int MOST_ON_INPUT = 4_096;

  private final List<String> command;
  private final Map<String, String> environment;
  private final @Nullable Path directory;
  private final boolean onInput;
  private final @Nullable String variable;

  private ProcessInjector(
      List<String> command,
      Map<String, String> environment,
      @Nullable Path directory,
      boolean onInput,
      @Nullable String variable) {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.directory = directory;
    this.onInput = onInput;
    this.variable = variable;
  }

  /**
   * Runs a program.
   *
   * @param program its path, or its name where it is found by {@code PATH}
   * @param arguments as the program gets them; never the secret
   */
  public static ProcessInjector running(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(requireNonNull(program, "program"));
    command.addAll(List.of(arguments));
    return new ProcessInjector(command, Map.of(), null, false, null);
  }

  /** Runs it in this directory. */
  public ProcessInjector in(Path workingDirectory) {
    return new ProcessInjector(command, environment, workingDirectory, onInput, variable);
  }

  /** Gives it a variable; no secret. */
  public ProcessInjector environment(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(requireName(name), requireNonNull(value, "value"));
    return new ProcessInjector(command, more, directory, onInput, variable);
  }

  /** Writes the secret and a line end to its standard input. At most 4,095 bytes. */
  public ProcessInjector secretOnInput() {
    return new ProcessInjector(command, environment, directory, true, variable);
  }

  /**
   * Puts the secret into its environment, where every process of the same user and root can read it
   * as long as the program runs, and what it starts inherits it; only for programs that take it
   * nowhere else.
   *
   * @param name of the variable, such as {@code PGPASSWORD}
   */
  public ProcessInjector secretInEnvironment(String name) {
    return new ProcessInjector(command, environment, directory, onInput, requireName(name));
  }

  private static String requireName(String name) {
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || name.equals(Offspring.MARK)) {
      throw new IllegalArgumentException(
          "'" + name + "' is no name of an environment variable for you to set");
    }
    return name;
  }

  @Override
  public String name() {
    return "process";
  }

  @Override
  public Set<CredentialKind> accepts() {
    return Set.of(CredentialKind.PASSWORD, CredentialKind.TOKEN);
  }

  @Override
  public List<String> missing(Endpoint endpoint) {
    List<String> missing = new ArrayList<>();
    Place.fault(endpoint).ifPresent(missing::add);
    if (!onInput && variable == null) {
      missing.add(
          "nothing says how '"
              + command.get(0)
              + "' gets the secret; use ProcessInjector.secretOnInput or secretInEnvironment");
    }
    Path program = Path.of(command.get(0));
    if (program.isAbsolute() && !Files.isExecutable(program)) {
      missing.add("there is no program " + program + " that may be run");
    }
    if (directory != null && !Files.isDirectory(directory)) {
      missing.add("there is no directory " + directory);
    }
    return missing;
  }

  @Override
  public InjectedProcess inject(InjectRequest request) {
    Credential credential = request.credential();
    Secret secret = credential.secrets().get(0);
    if (onInput && secret.length() >= MOST_ON_INPUT) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          "the secret has " + secret.length() + " bytes, and standard input takes at most 4095");
    }
    String mark = UUID.randomUUID().toString();
    Process process = start(request.endpoint(), credential, mark);
    Offspring offspring = new Offspring(process, mark);
    try {
      if (onInput) {
        secret.use(bytes -> write(process.getOutputStream(), bytes));
      }
    } catch (RuntimeException e) {
      offspring.kill();
      throw e;
    } finally {
      // The program has it now; nobody needs it here any more.
      credential.close();
    }
    return new GatedProcess(process, offspring, request.gate()).begun();
  }

  private Process start(Endpoint endpoint, Credential credential, String mark) {
    ProcessBuilder builder =
        new ProcessBuilder(
            command.stream().map(text -> filled(text, endpoint, credential)).toList());
    Optional.ofNullable(directory).ifPresent(where -> builder.directory(where.toFile()));
    Map<String, String> variables = builder.environment();
    variables.keySet().retainAll(INHERITED);
    environment.forEach((name, text) -> variables.put(name, filled(text, endpoint, credential)));
    if (variable != null) {
      variables.put(variable, PlatformText.of(credential.secrets().get(0)));
    }
    variables.put(Offspring.MARK, mark);
    try {
      return builder.start();
    } catch (IOException | IllegalArgumentException e) {
      // By its kind alone: the platform's text may repeat a variable.
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          "the program '"
              + command.get(0)
              + "' cannot be started ("
              + e.getClass().getSimpleName()
              + "); see whether it is there and may be run");
    } finally {
      variables.clear();
    }
  }

  private static String filled(String text, Endpoint endpoint, Credential credential) {
    if (text.startsWith("{user}") && credential.username().startsWith("-")) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          "the user name '"
              + credential.username()
              + "' would be taken for an option of the program");
    }
    return text.replace("{host}", endpoint.host())
        .replace("{port}", Integer.toString(endpoint.port()))
        .replace("{user}", credential.username());
  }

  private boolean write(OutputStream input, java.nio.ByteBuffer bytes) {
    byte[] line = new byte[bytes.remaining() + 1];
    try {
      bytes.get(line, 0, line.length - 1);
      line[line.length - 1] = '\n';
      input.write(line);
      input.flush();
      return true;
    } catch (IOException e) {
      throw new PosternException(
          ErrorCode.ENDPOINT_CLOSED,
          "the program '"
              + command.get(0)
              + "' ended, or closed its input, before it took the secret; use secretOnInput only for"
              + " programs that read it there",
          e);
    } finally {
      Arrays.fill(line, (byte) 0);
    }
  }
}
