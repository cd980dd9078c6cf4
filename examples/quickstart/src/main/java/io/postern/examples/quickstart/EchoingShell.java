package io.postern.examples.quickstart;

import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import org.apache.sshd.common.channel.PtyMode;
import org.apache.sshd.server.shell.ProcessShell;

/**
 * A shell behind pipes that looks as if it had a terminal. The Java platform cannot make a
 * pseudo-terminal, whose line discipline would show what is typed; so this does.
 *
 * <p>MINA reads and writes the streams with one thread.
 */
final class EchoingShell extends ProcessShell {
  private final ByteArrayOutputStream echo = new ByteArrayOutputStream();

  EchoingShell(List<String> command) {
    super(command);
  }

  /** Ends of line as on a terminal: typed with carriage return, shown with both. */
  @Override
  protected Map<PtyMode, Integer> resolveShellTtyOptions(Map<PtyMode, Integer> asked) {
    return Map.of(PtyMode.ICRNL, 1, PtyMode.ONLCR, 1);
  }

  /** What is typed. */
  @Override
  public OutputStream getInputStream() {
    return new FilterOutputStream(super.getInputStream()) {
      @Override
      public void write(byte[] typed, int offset, int length) throws IOException {
        for (int i = offset; i < offset + length; i++) {
          if (typed[i] == '\r' || typed[i] == '\n') {
            echo.write('\r');
            echo.write('\n');
          } else {
            echo.write(typed[i]);
          }
        }
        out.write(typed, offset, length);
      }
    };
  }

  /** What is shown: what was typed, and then what the shell says to it. */
  @Override
  public InputStream getOutputStream() {
    return new FilterInputStream(super.getOutputStream()) {
      @Override
      public int available() throws IOException {
        return echo.size() > 0 ? echo.size() : in.available();
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        if (echo.size() == 0) {
          return in.read(into, offset, length);
        }
        byte[] typed = echo.toByteArray();
        int some = Math.min(length, typed.length);
        System.arraycopy(typed, 0, into, offset, some);
        echo.reset();
        echo.write(typed, some, typed.length - some);
        return some;
      }
    };
  }
}
