package io.postern.credential.aws;

import com.sun.management.HotSpotDiagnosticMXBean;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ResolveRequest;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that resolves and rotates, closes what it got, keeps the provider open, and lets its
 * memory be looked at. It prints all that it is told, and keeps what was thrown. Arguments:
 * endpoint, path for a heap dump, and whether to leak secrets on purpose. The access key's secret
 * half comes from its standard input.
 */
final class LeakChild {
  /** So long a call has that is not to be answered in time. */
  private static final Duration TOO_SHORT = Duration.ofMillis(800);

  private final List<Object> kept = new ArrayList<>();
  private final boolean leaks;

  private LeakChild(boolean leaks) {
    this.leaks = leaks;
  }

  public static void main(String[] args) throws Exception {
    new LeakChild(args[2].equals("leak")).run(args[0], args[1]);
  }

  private void run(String endpoint, String dump) throws Exception {
    // A channel into a direct buffer: streams leave copies of their own.
    try (FileChannel in = new FileInputStream(FileDescriptor.in).getChannel()) {
      Secret accessKey = next(in);
      leak(accessKey);
      Settings settings =
          Settings.with("region", "eu-central-1")
              .and("endpoint", endpoint)
              .and("access-key-id", "AKIDEXAMPLEAKIDEXAMP")
              .and("secret-access-key", accessKey);
      AwsProvider provider = Aws.provider(settings);
      System.out.println(settings + " " + provider);
      System.out.println(provider.find(Aws.find(Aws.MAYA, Aws.ORDERS, "")));
      fails(provider, "late", TOO_SHORT);
      fails(provider, "refused", Aws.TIME);
      fails(provider, "cut", Aws.TIME);
      for (String key : List.of("json", "plain", "binary", "token", "key")) {
        Lent lent = provider.resolve(Aws.resolve(Aws.MAYA, Aws.ORDERS, key));
        System.out.println(lent);
        try (Credential credential = lent.credential()) {
          credential.secrets().forEach(this::leak);
        }
        provider.release(Aws.release(key));
      }
      provider.rotate(Aws.rotate("rotated", "call-1", change -> System.out.println(change)));
      System.out.println("done");
      if (!leaks) {
        awaitNoIdleConnection();
      }
      ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).dumpHeap(dump, true);
      System.out.println("kept " + kept.size());
      System.out.println("dumped");
      await(in);
      settings.closeSecrets();
      provider.close();
    }
  }

  /** The JDK keeps the buffers that they read into as long as them, in this thread's care. */
  private static void awaitNoIdleConnection() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Thread.getAllStackTraces().keySet().stream()
        .anyMatch(thread -> thread.getName().equals("Keep-Alive-Timer"))) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("idle connections are kept");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
  }

  private void leak(Secret secret) {
    if (leaks) {
      kept.add(secret.use(bytes -> StandardCharsets.UTF_8.decode(bytes).toString()));
    }
  }

  private void fails(AwsProvider provider, String key, Duration time) {
    try {
      provider
          .resolve(new ResolveRequest(key, Aws.ORDERS, Aws.call(Aws.MAYA, "call-" + key, time)))
          .credential()
          .close();
      throw new IllegalStateException(key + " was resolved");
    } catch (ProviderException e) {
      System.out.println(e + " " + e.logText());
      kept.add(e);
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
