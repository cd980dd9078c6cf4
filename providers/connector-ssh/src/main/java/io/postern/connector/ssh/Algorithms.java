package io.postern.connector.ssh;

import com.hierynomus.sshj.key.KeyAlgorithm;
import com.hierynomus.sshj.key.KeyAlgorithms;
import com.hierynomus.sshj.transport.cipher.BlockCiphers;
import com.hierynomus.sshj.transport.cipher.GcmCiphers;
import com.hierynomus.sshj.transport.mac.Macs;
import io.postern.jump.HostKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.schmizz.keepalive.KeepAliveProvider;
import net.schmizz.sshj.Config;
import net.schmizz.sshj.ConfigImpl;
import net.schmizz.sshj.common.Factory;
import net.schmizz.sshj.transport.compression.NoneCompression;
import net.schmizz.sshj.transport.random.JCERandom;
import net.schmizz.sshj.transport.random.Random;
import net.schmizz.sshj.transport.random.SingletonRandomFactory;

/**
 * What we offer to peers. sshj's own list still has SHA-1, CBC, 3DES, arcfour, MD5 and ssh-dss, and
 * puts ChaCha20 first, which costs twelve times as much as AES-GCM on JDK 17.
 */
final class Algorithms {
  /** Above the largest window, so that a peer that uses its window up never overflows a buffer. */
  private static final int MAX_BUFFER_BYTES = 32 * 1024 * 1024;

  private final Factory<Random> random = new SingletonRandomFactory(new JCERandom.Factory());

  /**
   * The proposal for a peer that {@code check} judges and whose {@code enrolled} keys are known.
   */
  Config proposal(PeerCheck check, List<HostKey> enrolled) {
    ConfigImpl config = new ConfigImpl();
    config.setLoggerFactory(new QuietLoggers());
    config.setVersion("Postern");
    config.setRandomFactory(random);
    config.setKeyExchangeFactories(CurveExchange.offered(check));
    config.setKeyAlgorithms(hostKeyAlgorithms(enrolled));
    config.setCipherFactories(
        List.of(
            GcmCiphers.AES128GCM(),
            GcmCiphers.AES256GCM(),
            BlockCiphers.AES128CTR(),
            BlockCiphers.AES192CTR(),
            BlockCiphers.AES256CTR(),
            new ChaChaPoly.Named()));
    config.setMACFactories(
        List.of(
            Macs.HMACSHA2256Etm(), Macs.HMACSHA2512Etm(), Macs.HMACSHA2256(), Macs.HMACSHA2512()));
    config.setCompressionFactories(List.of(new NoneCompression.Factory()));
    config.setFileKeyProviderFactories(List.of());
    // Never started, as its interval stays 0; Pulse does its work.
    config.setKeepAliveProvider(KeepAliveProvider.HEARTBEAT);
    config.setMaxCircularBufferSize(MAX_BUFFER_BYTES);
    return config;
  }

  /**
   * Those of the enrolled keys first, in their order: a host with several keys must show the one we
   * know, or an honest host would look like a changed one.
   */
  private static List<Factory.Named<KeyAlgorithm>> hostKeyAlgorithms(List<HostKey> enrolled) {
    List<KeyAlgorithms.Factory> algorithms =
        new ArrayList<>(
            List.of(
                KeyAlgorithms.EdDSA25519(),
                KeyAlgorithms.ECDSASHANistp256(),
                KeyAlgorithms.ECDSASHANistp384(),
                KeyAlgorithms.ECDSASHANistp521(),
                KeyAlgorithms.RSASHA512(),
                KeyAlgorithms.RSASHA256()));
    List<String> types = enrolled.stream().map(HostKey::algorithm).distinct().toList();
    algorithms.sort(
        Comparator.comparingInt(
            algorithm -> {
              int known = types.indexOf(algorithm.getKeyType().toString());
              return known < 0 ? types.size() : known;
            }));
    return List.copyOf(algorithms);
  }
}
