package io.postern.connector.ssh;

import io.postern.testing.RequiresProgram;
import java.nio.file.Path;

/** The suite against the sshd of this machine. */
@RequiresProgram(value = "sshd", debianPackage = "openssh-server")
class OpenSshdTest extends SshConnectorSuite {
  @Override
  TestServer startServer(Path directory) throws Exception {
    return new OpenSshServer(directory);
  }
}
