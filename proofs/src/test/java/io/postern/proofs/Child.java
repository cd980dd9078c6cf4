package io.postern.proofs;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM of its own, on the class path of this one, that is killed when this is closed. */
public final class Child implements AutoCloseable {
  private final Process process;

  private Child(Process process) {
    this.process = process;
  }

  /** Describes a child; its standard error comes out here unless said otherwise. */
  public static final class Plan {
    private final Class<?> main;
    private final List<String> jvm = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private Map<String, String> environment = Map.of();
    private Redirect errors = Redirect.INHERIT;
    private Redirect output = Redirect.PIPE;

    private Plan(Class<?> main) {
      this.main = main;
      jvm.addAll(List.of("-Xshare:auto", "-XX:-UsePerfData"));
    }

    public Plan jvm(String... options) {
      jvm.addAll(List.of(options));
      return this;
    }

    public Plan with(Object... given) {
      for (Object one : given) {
        arguments.add(one.toString());
      }
      return this;
    }

    public Plan environment(Map<String, String> more) {
      environment = more;
      return this;
    }

    public Plan errorsTo(Path file) {
      errors = Redirect.to(file.toFile());
      return this;
    }

    public Plan outputTo(Path file) {
      output = Redirect.to(file.toFile());
      return this;
    }

    public Child start() throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(jvm);
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      command.addAll(arguments);
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
      builder.redirectOutput(output).environment().putAll(environment);
      return new Child(builder.start());
    }
  }

  public static Plan of(Class<?> main) {
    return new Plan(main);
  }

  public Process process() {
    return process;
  }

  /** Writes to the child's standard input at once. */
  public void say(byte[] bytes) throws IOException {
    OutputStream in = process.getOutputStream();
    in.write(bytes);
    in.flush();
  }

  /** SIGKILL: no hook, no flush. What the child still said can be read. */
  public void kill() throws InterruptedException {
    // By its handle: Process itself would also close the pipe, with what the child still said.
    process.toHandle().destroyForcibly();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new IllegalStateException("process " + process.pid() + " outlives SIGKILL");
    }
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
