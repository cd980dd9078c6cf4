package io.postern.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The doctor as a program. */
final class DoctorProcess {
  private final List<String> command;

  private DoctorProcess(String... arguments) {
    command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(arguments));
  }

  static DoctorProcess onClassPath() {
    return new DoctorProcess("-cp", System.getProperty("java.class.path"), Doctor.class.getName());
  }

  static DoctorProcess ofJar(Path jar) {
    return new DoctorProcess("-jar", jar.toString());
  }

  Answer run(Object... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(command);
    Stream.of(arguments).map(Object::toString).forEach(all::add);
    Process process = new ProcessBuilder(all).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Answer(process.exitValue(), text);
  }

  record Answer(int status, String text) {
    Answer hasStatus(int expected) {
      assertThat(status).as(text).isEqualTo(expected);
      return this;
    }

    Answer says(String expected) {
      assertThat(text).contains(expected);
      return this;
    }

    Answer endsWith(String expected) {
      assertThat(text).endsWith(expected.replace("\n", System.lineSeparator()));
      return this;
    }

    Answer saysNot(String unexpected) {
      assertThat(text).doesNotContain(unexpected);
      return this;
    }
  }
}
