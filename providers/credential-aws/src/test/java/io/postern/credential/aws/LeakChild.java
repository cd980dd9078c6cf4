package io.postern.credential.aws;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A process that resolves and rotates, closes what it got, keeps the provider open, and lets its
 * memory be looked at. Arguments: endpoint, path for a heap dump, and whether to leak a password on
 * purpose. The access key's secret half comes from its standard input.
 */
final class LeakChild {
  private LeakChild() {}

  public static void main(String[] args) throws Exception {
    List<Object> kept = new ArrayList<>();
    // A channel into a direct buffer: streams leave copies of their own.
    try (FileChannel in = new FileInputStream(FileDescriptor.in).getChannel()) {
      Settings settings =
          Settings.with("region", "eu-central-1")
              .and("endpoint", args[0])
              .and("access-key-id", "AKIDEXAMPLEAKIDEXAMP")
              .and("secret-access-key", next(in));
      AwsProvider provider = Aws.provider(settings);
      for (String key : List.of("json", "plain", "binary", "token")) {
        try (Credential credential =
            provider.resolve(Aws.resolve(Aws.MAYA, Aws.ORDERS, key)).credential()) {
          if (args[2].equals("leak")) {
            kept.add(
                credential
                    .secrets()
                    .get(0)
                    .use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString()));
          }
        }
      }
      provider.rotate(Aws.rotate("rotated", "call-1", change -> {}));
      System.out.println("done");
      await(in);
      var diagnostics = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      diagnostics.dumpHeap(args[1], true);
      System.out.println("dumped " + kept.size());
      await(in);
      settings.closeSecrets();
      provider.close();
    }
  }

  private static void await(FileChannel in) throws IOException {
    in.read(ByteBuffer.allocateDirect(1));
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
