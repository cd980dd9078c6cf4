package io.postern.core.injection;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.spi.injection.Injector.Gate;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** A process whose streams ask the session first, and that is ended with it. */
final class GatedProcess implements InjectedProcess {
  private final Process process;
  private final Offspring offspring;
  private final Gate gate;
  private final InputStream output;
  private final InputStream errors;
  private final OutputStream input;

  GatedProcess(Process process, Offspring offspring, Gate gate) {
    this.process = process;
    this.offspring = offspring;
    this.gate = gate;
    this.output = new GatedInput(process.getInputStream(), gate::requireOpen);
    this.errors = new GatedInput(process.getErrorStream(), gate::requireOpen);
    this.input = new GatedOutput(process.getOutputStream());
  }

  /** Has what it leaves behind killed and the session told when the process ends by itself. */
  GatedProcess begun() {
    // Not the platform's own thread: its stack is too small for a store.
    Thread waiter = new Thread(null, this::awaitEnd, "postern-process-waiter", 0, false);
    waiter.setDaemon(true);
    waiter.start();
    return this;
  }

  private void awaitEnd() {
    try {
      process.waitFor();
      try {
        offspring.killOrphans();
      } finally {
        gate.closed();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class GatedOutput extends FilterOutputStream {
    GatedOutput(OutputStream bare) {
      super(bare);
    }

    @Override
    public void write(int one) throws IOException {
      gate.requireOpen();
      out.write(one);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      gate.requireOpen();
      out.write(bytes, offset, length);
    }
  }

  @Override
  public OutputStream input() {
    return input;
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public InputStream errors() {
    return errors;
  }

  @Override
  public boolean isRunning() {
    return process.isAlive();
  }

  @Override
  public OptionalInt awaitExit(Duration atMost) {
    try {
      return process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS)
          ? OptionalInt.of(process.exitValue())
          : OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosternException(
          ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for a process", e);
    }
  }

  @Override
  public void close() {
    offspring.kill();
  }

  @Override
  public String toString() {
    return "process " + process.pid();
  }
}
