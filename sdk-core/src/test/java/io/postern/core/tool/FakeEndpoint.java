package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.RemoteFile;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.OpensShells;
import io.postern.spi.connector.RunsCommands;
import io.postern.spi.connector.ShellChannel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/** An endpoint whose shells and commands do what a test says. Its files are {@link FakeFiles}. */
class FakeEndpoint implements EndpointConnection, RunsCommands, OpensShells {
  final List<FakeShell> shells = new CopyOnWriteArrayList<>();
  final BlockingQueue<FakeCommand> commands = new LinkedBlockingQueue<>();

  /** Runs as each command starts, on the thread that starts it. */
  volatile Consumer<FakeCommand> onCommand = command -> {};

  volatile Consumer<FakeShell> onShell = shell -> {};
  volatile RuntimeException closingFails;
  private final List<Runnable> whenClosed = new ArrayList<>();
  private boolean open = true;
  volatile int closed;

  @Override
  public CommandChannel start(CommandRequest request) {
    requireOpen();
    FakeCommand command = new FakeCommand(request.line());
    commands.add(command);
    onCommand.accept(command);
    return command;
  }

  @Override
  public ShellChannel openShell(ShellRequest request) {
    requireOpen();
    FakeShell shell = new FakeShell(request);
    shells.add(shell);
    onShell.accept(shell);
    return shell;
  }

  private void requireOpen() {
    if (!isOpen()) {
      throw new PosternException(ErrorCode.ENDPOINT_CLOSED, "the endpoint hung up");
    }
  }

  @Override
  public synchronized boolean isOpen() {
    return open;
  }

  @Override
  public void whenClosed(Runnable action) {
    synchronized (this) {
      if (open) {
        whenClosed.add(action);
        return;
      }
    }
    action.run();
  }

  /** The network cable is pulled. */
  void drop() {
    List<Runnable> told;
    synchronized (this) {
      if (!open) {
        return;
      }
      open = false;
      told = List.copyOf(whenClosed);
    }
    IOException reset = new IOException("connection reset");
    shells.forEach(shell -> shell.output.fail(reset));
    commands.forEach(command -> command.fail(reset));
    told.forEach(Runnable::run);
  }

  @Override
  public void close() {
    closed++;
    drop();
    if (closingFails != null) {
      throw closingFails;
    }
  }

  boolean hasOpenChannel() {
    return shells.stream().anyMatch(FakeShell::isOpen)
        || commands.stream().anyMatch(command -> !command.closed);
  }

  static RemoteFile file(String path, RemoteFile.Kind kind, long size) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return new RemoteFile(name, path, kind, size, java.time.Instant.EPOCH, "rw-r--r--");
  }

  /** A shell that shows what is given and remembers what is typed. */
  static final class FakeShell implements ShellChannel {
    final ShellRequest request;
    final Pipe output = new Pipe();
    final ByteArrayOutputStream typed = new ByteArrayOutputStream();
    final List<String> told = new CopyOnWriteArrayList<>();
    volatile Consumer<byte[]> onTyped = bytes -> {};
    volatile RuntimeException closingFails;

    /** A connector that hangs: closing does not end the stream. */
    volatile boolean hangs;

    private volatile boolean open = true;

    FakeShell(ShellRequest request) {
      this.request = request;
    }

    @Override
    public Pipe output() {
      return output;
    }

    @Override
    public OutputStream input() {
      return new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          if (!open) {
            throw new IOException("channel closed");
          }
          typed.write(bytes, offset, length);
          onTyped.accept(java.util.Arrays.copyOfRange(bytes, offset, offset + length));
        }
      };
    }

    String typedText() {
      return typed.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void resize(int columns, int rows) {
      told.add(columns + "x" + rows);
    }

    @Override
    public void signal(String name) {
      told.add(name);
    }

    @Override
    public boolean isOpen() {
      return open;
    }

    @Override
    public void close() {
      open = false;
      if (!hangs) {
        output.end();
      }
      if (closingFails != null) {
        throw closingFails;
      }
    }
  }

  /** A command that writes what is given. */
  static final class FakeCommand implements CommandChannel {
    final String line;
    final Pipe output = new Pipe();
    final Pipe errors = new Pipe();
    final ByteArrayOutputStream input = new ByteArrayOutputStream();
    volatile boolean inputEnded;
    volatile boolean closed;
    volatile OptionalInt status = OptionalInt.empty();

    FakeCommand(String line) {
      this.line = line;
    }

    void exit(int code) {
      status = OptionalInt.of(code);
      output.end();
      errors.end();
    }

    void fail(IOException why) {
      output.fail(why);
      errors.fail(why);
    }

    @Override
    public Pipe output() {
      return output;
    }

    @Override
    public Pipe errors() {
      return errors;
    }

    @Override
    public OutputStream input() {
      return new OutputStream() {
        @Override
        public void write(int b) {
          input.write(b);
        }

        @Override
        public void close() {
          inputEnded = true;
        }
      };
    }

    @Override
    public OptionalInt exitStatus() {
      return status;
    }

    @Override
    public void close() {
      closed = true;
      output.end();
      errors.end();
    }
  }
}
