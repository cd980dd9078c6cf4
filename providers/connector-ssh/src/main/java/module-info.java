import io.postern.connector.ssh.SshConnectorFactory;
import io.postern.spi.connector.ConnectorFactory;
import org.jspecify.annotations.NullMarked;

/** A connector that reaches endpoints by SSH. */
@NullMarked
module io.postern.connector.ssh {
  requires transitive io.postern;
  requires com.hierynomus.sshj;
  requires org.bouncycastle.provider;
  requires org.slf4j;
  requires static org.jspecify;

  exports io.postern.connector.ssh;

  provides ConnectorFactory with
      SshConnectorFactory;
}
