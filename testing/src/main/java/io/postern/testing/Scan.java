package io.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks for canaries in files and processes, in every form at once. For one thread at a time.
 *
 * <p>What is found is told by the canary and its form, and how often.
 */
public final class Scan {
  private static final int CHUNK = 1 << 20;
  private static final int OVERLAP = 4096;

  private static final class Form {
    private final String name;
    private final byte[] bytes;

    private Form(String name, byte[] bytes) {
      this.name = name;
      this.bytes = bytes;
    }
  }

  private final Map<Integer, List<Form>> byBeginning = new HashMap<>();

  /** Which 16-bit sums of four bytes begin some form: nearly every place is dismissed by it. */
  private final boolean[] begins = new boolean[1 << 16];

  private long scanned;

  /** For these, all of them at once. */
  public Scan(Collection<Canary> canaries) {
    for (Canary canary : canaries) {
      canary
          .forms()
          .forEach(
              (form, bytes) -> {
                int beginning = beginning(bytes, 0);
                begins[sum(beginning)] = true;
                byBeginning
                    .computeIfAbsent(beginning, key -> new ArrayList<>())
                    .add(new Form(canary.name() + " (" + form + ")", bytes));
              });
    }
  }

  private static int beginning(byte[] bytes, int at) {
    return bytes[at] << 24
        | (bytes[at + 1] & 0xff) << 16
        | (bytes[at + 2] & 0xff) << 8
        | (bytes[at + 3] & 0xff);
  }

  private static int sum(int beginning) {
    return (beginning * 0x9E3779B1) >>> 16;
  }

  /** How many bytes were looked at. */
  public long scanned() {
    return scanned;
  }

  /** What is in a file, or in the files of a directory. */
  public Map<String, Integer> files(Path path) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        try (RandomAccessFile source = new RandomAccessFile(file.toFile(), "r")) {
          search(source, 0, source.length(), found);
        }
        // A name can tell as much as a content.
        byte[] name = (file + "    ").getBytes(UTF_8);
        search(name, name.length, found);
      }
    }
    return found;
  }

  /** What is in a small file of /proc, which has no length. */
  public Map<String, Integer> bytes(byte[] content) {
    Map<String, Integer> found = new TreeMap<>();
    byte[] padded = Arrays.copyOf(content, content.length + 4);
    search(padded, padded.length, found);
    scanned += content.length;
    return found;
  }

  /**
   * What is in a process's memory, in every part of it that can be read; see {@link
   * Proof#goesOnWhereMemoryCanBeReadOf}.
   */
  public Map<String, Integer> memory(long pid) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
        String[] fields = line.split("[ -]+", 4);
        // Addresses above the signed range are the kernel's own page.
        if (fields[2].startsWith("r") && fields[0].length() < 16 && !line.contains("[v")) {
          long from = Long.parseUnsignedLong(fields[0], 16);
          search(memory, from, Long.parseUnsignedLong(fields[1], 16), found);
        }
      }
    }
    return found;
  }

  private void search(RandomAccessFile source, long from, long to, Map<String, Integer> found)
      throws IOException {
    byte[] chunk = new byte[CHUNK];
    for (long at = from; at < to; at += CHUNK - OVERLAP) {
      int length = 0;
      try {
        source.seek(at);
        int wanted = (int) Math.min(CHUNK, to - at);
        int read;
        while (length < wanted && (read = source.read(chunk, length, wanted - length)) > 0) {
          length += read;
        }
      } catch (IOException e) {
        // A mapping without pages behind it, such as a guard page.
      }
      scanned += length;
      search(chunk, length, found);
    }
  }

  private void search(byte[] chunk, int length, Map<String, Integer> found) {
    for (int at = 0; at + 4 <= length; at++) {
      int beginning = beginning(chunk, at);
      if (begins[sum(beginning)]) {
        for (Form form : byBeginning.getOrDefault(beginning, List.of())) {
          int end = at + form.bytes.length;
          if (end <= length && Arrays.equals(chunk, at, end, form.bytes, 0, form.bytes.length)) {
            found.merge(form.name, 1, Integer::sum);
          }
        }
      }
    }
  }
}
