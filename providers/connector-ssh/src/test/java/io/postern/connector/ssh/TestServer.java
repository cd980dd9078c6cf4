package io.postern.connector.ssh;

import io.postern.credential.Credential;
import io.postern.jump.HostKey;
import java.nio.file.Path;

/** An SSH server that the suite talks to. */
interface TestServer extends AutoCloseable {
  int port();

  /** Its host key, of the kind that we like best. */
  HostKey hostKey();

  /** A log-on that succeeds. The caller closes it. */
  Credential credential();

  /** A directory that its file channel can write to, named as the endpoint names it. */
  String remoteDirectory();

  /** The same directory on this machine. */
  Path localDirectory();

  @Override
  void close() throws Exception;
}
