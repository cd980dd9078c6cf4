package io.postern.credential.vault;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A connection that carries bytes both ways. For one thread at a time. */
interface Line extends Closeable {
  /** Writes all that remains. */
  void write(ByteBuffer bytes, TimeLimit limit) throws IOException;

  /** Reads at least one byte, or returns -1 at the end. */
  int read(ByteBuffer into, TimeLimit limit) throws IOException;

  /** Whether nothing has come and the other side has not closed it, as far as can be seen. */
  boolean isQuiet();

  /** Ends the connection from another thread: whoever waits on it fails, and closes it. */
  void cut();

  /** Wipes what it read and closes; says nothing of what goes wrong with that. */
  @Override
  void close();
}
