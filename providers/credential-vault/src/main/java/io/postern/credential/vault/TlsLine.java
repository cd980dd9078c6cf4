package io.postern.credential.vault;

import io.postern.spi.json.WipedBytes;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * TLS over a connection, with buffers of our own that are wiped. The network's side lies on the
 * heap on purpose: there the JDK's ciphers work in place, while with direct buffers they go through
 * arrays that nobody wipes.
 */
final class TlsLine implements Line {
  private final Line line;
  private final SSLEngine engine;
  private final ByteBuffer fromNetwork;
  private final ByteBuffer toNetwork;
  private final ByteBuffer plain;
  private boolean ended;

  private TlsLine(Line line, SSLEngine engine) {
    this.line = line;
    this.engine = engine;
    int packet = engine.getSession().getPacketBufferSize();
    fromNetwork = ByteBuffer.allocate(packet).limit(0);
    toNetwork = ByteBuffer.allocate(packet);
    plain =
        ByteBuffer.allocateDirect(Math.max(packet, engine.getSession().getApplicationBufferSize()))
            .limit(0);
  }

  /** Shakes hands; the server's certificate must be trusted and be for the host's name. */
  static TlsLine over(Line line, SSLContext trust, Origin origin, TimeLimit limit)
      throws IOException {
    SSLEngine engine = trust.createSSLEngine(origin.host(), origin.port());
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
    engine.setSSLParameters(parameters);
    TlsLine tls = new TlsLine(line, engine);
    engine.beginHandshake();
    tls.shakeHands(limit);
    return tls;
  }

  private void shakeHands(TimeLimit limit) throws IOException {
    while (true) {
      switch (engine.getHandshakeStatus()) {
        case NEED_WRAP -> wrap(ByteBuffer.allocate(0), limit);
        case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
          if (!unwrap(limit)) {
            throw new EOFException("the connection ended during the TLS handshake");
          }
        }
        case NEED_TASK -> runTasks();
        case FINISHED, NOT_HANDSHAKING -> {
          return;
        }
      }
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  public void write(ByteBuffer bytes, TimeLimit limit) throws IOException {
    while (bytes.hasRemaining()) {
      wrap(bytes, limit);
    }
  }

  private void wrap(ByteBuffer bytes, TimeLimit limit) throws IOException {
    toNetwork.clear();
    SSLEngineResult result = engine.wrap(bytes, toNetwork);
    line.write(toNetwork.flip(), limit);
    if (result.getStatus() == Status.CLOSED && bytes.hasRemaining()) {
      throw new EOFException("the TLS connection was closed");
    }
    if (result.getStatus() == Status.BUFFER_OVERFLOW) {
      throw new SSLException("a TLS record did not fit");
    }
  }

  /** Decrypts one record, reading as much as it takes; false at the end. */
  private boolean unwrap(TimeLimit limit) throws IOException {
    while (true) {
      plain.clear();
      int from = fromNetwork.position();
      SSLEngineResult result = engine.unwrap(fromNetwork, plain);
      plain.flip();
      // Decrypted in place: the plain text stands there too.
      for (int i = from; i < fromNetwork.position(); i++) {
        fromNetwork.put(i, (byte) 0);
      }
      switch (result.getStatus()) {
        case OK -> {
          return true;
        }
        case CLOSED -> {
          return false;
        }
        case BUFFER_OVERFLOW -> throw new SSLException("a TLS record did not fit");
        case BUFFER_UNDERFLOW -> {
          fromNetwork.compact();
          int count = line.read(fromNetwork, limit);
          fromNetwork.flip();
          if (count < 0) {
            return false;
          }
        }
      }
    }
  }

  @Override
  public int read(ByteBuffer into, TimeLimit limit) throws IOException {
    while (!plain.hasRemaining()) {
      if (ended || !unwrap(limit)) {
        ended = true;
        return -1;
      }
      if (engine.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING
          && engine.getHandshakeStatus() != HandshakeStatus.FINISHED
          && !plain.hasRemaining()) {
        shakeHands(limit); // The server renews keys.
      }
    }
    int count = Math.min(plain.remaining(), into.remaining());
    into.put(plain.slice().limit(count));
    for (int i = 0; i < count; i++) {
      plain.put((byte) 0);
    }
    return count;
  }

  /**
   * Session tickets may lie unread when all is well, but only an answer that was read to its end
   * leaves a line to be used again, and they came before it.
   */
  @Override
  public boolean isQuiet() {
    return !ended && !plain.hasRemaining() && !fromNetwork.hasRemaining() && line.isQuiet();
  }

  @Override
  public void cut() {
    line.cut();
  }

  @Override
  public void close() {
    engine.closeOutbound();
    line.close();
    for (ByteBuffer buffer : new ByteBuffer[] {fromNetwork, toNetwork, plain}) {
      buffer.clear();
      WipedBytes.wipe(buffer);
    }
  }
}
