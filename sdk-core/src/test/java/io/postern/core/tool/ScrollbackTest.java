package io.postern.core.tool;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ScrollbackTest {
  /** The byte that stands at a position, so that any reader can tell a wrong one. */
  private static byte at(long position) {
    return (byte) (position * 31 + (position >>> 8) * 17 + (position >>> 16));
  }

  private static byte[] piece(long from, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = at(from + i);
    }
    return bytes;
  }

  @Test
  void inPiecesOfAnySize_theLast256KiBAreKeptWhole() {
    Random random = new Random(11);
    for (int round = 0; round < 60; round++) {
      Scrollback scrollback = new Scrollback();
      long written = 0;
      for (int pieces = random.nextInt(40); pieces > 0; pieces--) {
        int length = random.nextInt(random.nextInt(10) == 0 ? 600_000 : 20_000);
        scrollback.append(piece(written, length), 0, length);
        written += length;
      }

      long oldest = scrollback.oldest();

      assertThat(oldest).isEqualTo(Math.max(0, written - Scrollback.CAPACITY));
      assertThat(scrollback.end()).isEqualTo(written);
      assertThat(readAll(scrollback, oldest, random))
          .isEqualTo(piece(oldest, (int) (written - oldest)));
    }
  }

  private static byte[] readAll(Scrollback scrollback, long from, Random random) {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    byte[] buffer = new byte[1 + random.nextInt(70_000)];
    int length;
    while ((length = scrollback.copy(from + read.size(), buffer)) > 0) {
      read.write(buffer, 0, length);
    }
    assertThat(length).isZero();
    return read.toByteArray();
  }

  @Test
  void whatIsNoLongerKept_isSaidToBeOverrun() {
    Scrollback scrollback = new Scrollback();
    byte[] all = piece(0, Scrollback.CAPACITY + 10);
    scrollback.append(all, 0, all.length);

    assertThat(scrollback.copy(9, new byte[4])).isEqualTo(Scrollback.OVERRUN);
    assertThat(scrollback.copy(10, new byte[4])).isEqualTo(4);
  }

  @Test
  void readersWithoutALock_neverSeeAByteThatWasWrittenOver() throws Exception {
    Scrollback scrollback = new Scrollback();
    int total = 24 << 20;
    ExecutorService readers = Executors.newFixedThreadPool(4);
    try {
      List<Future<Long>> read = new ArrayList<>();
      for (int reader = 0; reader < 4; reader++) {
        int size = 1 << (10 + reader * 2);
        read.add(readers.submit(following(scrollback, new byte[size])));
      }
      byte[] chunk;
      for (long written = 0; written < total; written += chunk.length) {
        chunk = piece(written, 16 << 10);
        scrollback.append(chunk, 0, chunk.length);
      }
      scrollback.finish(null);

      for (Future<Long> one : read) {
        assertThat(one.get(60, TimeUnit.SECONDS)).isEqualTo(total);
      }
    } finally {
      readers.shutdownNow();
    }
  }

  @Test
  void aReaderAtTheVeryEdge_isToldRatherThanShownWhatIsHalfWrittenOver() throws Exception {
    Scrollback scrollback = new Scrollback();
    ExecutorService reader = Executors.newSingleThreadExecutor();
    try {
      AtomicInteger overruns = new AtomicInteger();
      Future<?> told =
          reader.submit(
              () -> {
                byte[] buffer = new byte[Scrollback.CAPACITY];
                while (!scrollback.isFinished()) {
                  long position = scrollback.oldest();
                  int length = scrollback.copy(position, buffer);
                  if (length == Scrollback.OVERRUN) {
                    overruns.incrementAndGet();
                  }
                  // The edge is where the source writes next.
                  for (int i = 0; i < Math.min(length, 64 << 10); i++) {
                    assertThat(buffer[i] == at(position + i)).as("byte %d", i).isTrue();
                  }
                }
                return true;
              });
      byte[] all = piece(0, 1 << 24);
      long giveUpAt = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      // On a busy machine the reader may not run for a while: until it was overtaken.
      for (int round = 0;
          round < 24 || (overruns.get() == 0 && System.nanoTime() < giveUpAt);
          round++) {
        // The bytes repeat after 2^24, as at() does.
        for (int from = 0; from < all.length; from += 64 << 10) {
          scrollback.append(all, from, 64 << 10);
        }
      }
      scrollback.finish(null);
      told.get(60, TimeUnit.SECONDS);
      assertThat(overruns).hasPositiveValue();
    } finally {
      reader.shutdownNow();
    }
  }

  /** Reads to the end, checks each byte, and gives how many were read or skipped. */
  private static Callable<Long> following(Scrollback scrollback, byte[] buffer) {
    return () -> {
      long position = 0;
      while (true) {
        boolean over = scrollback.isFinished();
        int length = scrollback.copy(position, buffer);
        if (length == Scrollback.OVERRUN) {
          position = scrollback.oldest();
        } else if (length > 0) {
          assertThat(Arrays.copyOf(buffer, length)).isEqualTo(piece(position, length));
          position += length;
        } else if (over) {
          return position;
        } else {
          scrollback.await(position, TimeUnit.SECONDS.toNanos(20));
        }
      }
    };
  }
}
