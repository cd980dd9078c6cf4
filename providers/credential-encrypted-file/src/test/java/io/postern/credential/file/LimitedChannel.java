package io.postern.credential.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;

/** A channel to a file on a disk with so much room: it takes what fits, then fails. */
final class LimitedChannel extends FileChannel {
  interface Step {
    void run() throws IOException;
  }

  private final FileChannel file;
  private final Step onWrite;
  private final Step onForce;
  private long room;

  LimitedChannel(FileChannel file, long room, Step onWrite, Step onForce) {
    this.file = file;
    this.room = room;
    this.onWrite = onWrite;
    this.onForce = onForce;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    onWrite.run();
    if (room <= 0) {
      throw new IOException("No space left on device");
    }
    int taken = (int) Math.min(room, source.remaining());
    room -= taken;
    ByteBuffer part = source.duplicate();
    part.limit(part.position() + taken);
    source.position(source.position() + taken);
    return file.write(part);
  }

  @Override
  public void force(boolean metaData) throws IOException {
    onForce.run();
    file.force(metaData);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }

  @Override
  public int read(ByteBuffer target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] targets, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] sources, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long newPosition) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public FileChannel truncate(long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferTo(long position, long count, WritableByteChannel target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(ByteBuffer target, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer source, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
