package io.postern.connector.ssh;

import java.nio.file.Path;

/** The suite against Apache MINA SSHD in this process. */
class MinaSshdTest extends SshConnectorSuite {
  @Override
  TestServer startServer(Path directory) throws Exception {
    return new MinaServer(directory).start();
  }
}
