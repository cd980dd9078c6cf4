package io.postern.connector.ssh;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.spi.connector.Connector;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.Security;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that logs on with secrets from its standard input, keeps the connections open, and lets
 * its memory be looked at. Arguments: port, host key (two words), path for a heap dump, and whether
 * to leak the password on purpose.
 */
final class LeakChild {
  private LeakChild() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    HostKey hostKey = new HostKey(args[1], args[2]);
    List<Object> kept = new ArrayList<>();
    // A channel into a direct buffer: streams leave copies of their own.
    try (FileChannel in = new FileInputStream(FileDescriptor.in).getChannel();
        Connector connector = Ssh.connector()) {
      Secret password = next(in);
      if (args[4].equals("leak")) {
        kept.add(password.use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString()));
      }
      try (Credential credential = Credential.password(MinaServer.USER, password)) {
        kept.add(Ssh.open(connector, port, credential, Ssh.only(hostKey)));
      }
      try (Credential credential = Credential.privateKey(MinaServer.USER, next(in))) {
        kept.add(Ssh.open(connector, port, credential, Ssh.only(hostKey)));
      }
      for (int i = 0; i < 2; i++) {
        try (Credential credential = Credential.privateKey(MinaServer.USER, next(in), next(in))) {
          kept.add(Ssh.open(connector, port, credential, Ssh.only(hostKey)));
        }
      }
      System.out.println("open " + (Security.getProvider("BC") == null ? "unregistered" : "BC"));
      await(in);
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(args[3], false);
      System.out.println("dumped " + kept.size());
      await(in);
    }
  }

  private static void await(FileChannel in) throws IOException {
    ByteBuffer one = ByteBuffer.allocateDirect(1);
    in.read(one);
  }

  private static Secret next(FileChannel in) throws IOException {
    ByteBuffer length = ByteBuffer.allocateDirect(Integer.BYTES);
    fill(in, length);
    ByteBuffer bytes = ByteBuffer.allocateDirect(length.getInt(0));
    fill(in, bytes);
    return Secret.takeFrom(bytes.flip());
  }

  private static void fill(FileChannel in, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (in.read(buffer) < 0) {
        throw new IOException("input ended");
      }
    }
  }
}
