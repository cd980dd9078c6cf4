package io.postern.connector.ssh;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.CredentialKind;
import io.postern.jump.HostKey;
import io.postern.spi.PluginContext;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.ShowsHostKeys;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens SSH connections and keeps track of them. */
final class SshConnector implements Connector, ShowsHostKeys {
  private static final Logger log = LoggerFactory.getLogger(SshConnector.class);

  private final SshSettings settings;
  private final PluginContext context;
  private final Workers workers;
  private final Algorithms algorithms = new Algorithms();
  private final Set<SshConnection> connections = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  SshConnector(SshSettings settings, PluginContext context) {
    this.settings = settings;
    this.context = context;
    this.workers = new Workers(context.instanceName());
  }

  @Override
  public Set<CredentialKind> accepts() {
    return Set.of(CredentialKind.PASSWORD, CredentialKind.PRIVATE_KEY, CredentialKind.CERTIFICATE);
  }

  @Override
  public List<String> missing(Endpoint endpoint) {
    String host = endpoint.host();
    if (host.isBlank()) {
      return List.of("the jump item has no host; enter its name or address");
    }
    if (host.codePoints().anyMatch(c -> Character.isWhitespace(c) || Character.isISOControl(c))) {
      return List.of("the jump item's host holds a space or control character; correct it");
    }
    return List.of();
  }

  @Override
  public EndpointConnection open(OpenRequest request) {
    requireOpen();
    Connector.HostKeys hostKeys = request.hostKeys();
    SshConnection connection =
        dial(request.endpoint(), hostKeys.enrolled(), hostKeys::verify)
            .open(request.credential(), request.call(), context.clock());
    connections.add(connection);
    connection.whenClosed(() -> connections.remove(connection));
    log.debug(
        "connection opened item={} host={} port={} user={} call={}",
        request.endpoint().item(),
        request.endpoint().host(),
        request.endpoint().port(),
        request.credential().username(),
        request.call().callId());
    if (closed) {
      // Closed while this one was being opened, and perhaps after the others were.
      connection.close();
      throw isClosed();
    }
    return connection;
  }

  @Override
  public HostKey showHostKey(ShowHostKeyRequest request) {
    requireOpen();
    return dial(request.endpoint(), List.of(), shown -> {})
        .askForHostKey(request.call(), context.clock());
  }

  private Dialling dial(Endpoint endpoint, List<HostKey> enrolled, Consumer<HostKey> judge) {
    List<String> missing = missing(endpoint);
    if (!missing.isEmpty()) {
      throw new PosternException(ErrorCode.PRECONDITION_FAILED, String.join("; ", missing));
    }
    return new Dialling(endpoint, settings, workers, algorithms, enrolled, judge);
  }

  private void requireOpen() {
    if (closed) {
      throw isClosed();
    }
  }

  private PosternException isClosed() {
    return new PosternException(
        ErrorCode.CLOSED, "connector '" + context.instanceName() + "' was closed");
  }

  @Override
  public void close() {
    closed = true;
    connections.forEach(SshConnection::close);
    workers.close();
  }
}
