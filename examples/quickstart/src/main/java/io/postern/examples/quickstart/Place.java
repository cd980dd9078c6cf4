package io.postern.examples.quickstart;

import io.postern.credential.Credential;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItemId;
import io.postern.spi.credential.PasswordChanger;
import java.io.IOException;
import java.util.Optional;

/** Where the story takes place: on a server of the example's own, or on one that somebody named. */
sealed interface Place extends AutoCloseable permits ExampleServer, RealServer {
  /** What the endpoint is called in Postern. */
  JumpItemId item();

  String host();

  int port();

  /** Whom Postern logs on as. */
  String account();

  /** What logs on; the caller closes it. May ask at the terminal. */
  Credential credential();

  /** A path at the endpoint at which the story may put a file of this name. */
  String pathOf(String fileName);

  /** Changes passwords there; empty where the story must not. */
  Optional<PasswordChanger> passwordChanger();

  /** What there is to say of the host key that was seen. */
  String howToCheck(HostKey seen);

  /** What there is to say of the credential's return. */
  String howItWasReturned(int rotations);

  @Override
  void close() throws IOException;
}
