package io.postern.doctor;

import io.postern.PosternException;
import io.postern.core.plugin.Checkup;
import io.postern.core.plugin.Search;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.Settings;
import io.postern.spi.connector.Endpoint;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Loads plug-ins as a host does and says what is right, what is wrong, and what to do (rule
 * ECM-12). A program: its exit status is 0 when nothing is wrong, 1 when something is, and 2 when
 * it was asked wrongly.
 */
public final class Doctor {
  private static final String USAGE =
      """
      java -jar postern-doctor.jar <plug-in> [settings.properties] [options]

        <plug-in>              a jar, a folder with a plug-in's jars, or a plug-in folder with a
                               sub-folder for each plug-in
        settings.properties    its settings as key=value; a secret stands in a file of its own, and
                               here as key=@file
        --trust <file>         hold the files against a trust file, as the host does: all in the
                               plug-in's folder, also when one jar of it is named
        --plugin <name>        look at this one of the plug-in folder alone
        --find <host>[:<port>] ask for the credentials of a made-up endpoint; nothing is lent
        --person <id>[,<group>...]
                               who asks for them, and in which groups; 'doctor', in none, otherwise

      Exit status: 0 nothing is wrong, 1 something is, 2 asked wrongly.
      """;

  /** What was asked of the doctor. */
  private record Question(
      Path plugin,
      Optional<Path> settings,
      Optional<Path> trust,
      Optional<String> name,
      Optional<Search> search) {}

  private Doctor() {}

  /** Runs the program; see {@link Doctor}. */
  public static void main(String[] arguments) {
    int status = run(List.of(arguments), System.out);
    System.out.flush();
    // What hangs in a plug-in's own threads must not keep the program.
    Runtime.getRuntime().halt(status);
  }

  static int run(List<String> arguments, PrintStream out) {
    Question question;
    try {
      question = question(new ArrayDeque<>(arguments));
    } catch (IllegalArgumentException e) {
      out.println(e.getMessage());
      out.println();
      out.print(USAGE);
      return 2;
    }
    Report report = new Report(out);
    Settings settings = Settings.none();
    try {
      if (question.settings().isPresent()) {
        settings = SettingsFile.read(question.settings().get(), report);
      }
      Checkup checkup =
          new Checkup(
              question.trust(),
              question.settings().isPresent() ? Optional.of(settings) : Optional.empty(),
              question.search(),
              report);
      checkup.of(question.plugin(), question.name());
    } catch (IOException | IllegalArgumentException e) {
      out.println("the settings file, or a file that it names, cannot be read (" + e + ")");
      return 2;
    } catch (PosternException e) {
      report.wrong(String.valueOf(e.getMessage()), "");
    } finally {
      settings.closeSecrets();
    }
    report.end();
    return report.wrong() == 0 ? 0 : 1;
  }

  private static Question question(Deque<String> words) {
    Path plugin = null;
    Optional<Path> settings = Optional.empty();
    Optional<Path> trust = Optional.empty();
    Optional<String> name = Optional.empty();
    Optional<Endpoint> endpoint = Optional.empty();
    Optional<Person> person = Optional.empty();
    while (!words.isEmpty()) {
      String word = words.pop();
      switch (word) {
        case "--trust" -> trust = Optional.of(Path.of(after(word, words)));
        case "--plugin" -> name = Optional.of(after(word, words));
        case "--find" -> endpoint = Optional.of(endpoint(after(word, words)));
        case "--person" -> person = Optional.of(person(after(word, words)));
        default -> {
          if (word.startsWith("-")) {
            throw new IllegalArgumentException("there is no option " + word);
          }
          if (plugin == null) {
            plugin = Path.of(word);
          } else if (settings.isEmpty()) {
            settings = Optional.of(Path.of(word));
          } else {
            throw new IllegalArgumentException("'" + word + "' is one too many");
          }
        }
      }
    }
    if (plugin == null) {
      throw new IllegalArgumentException("no plug-in was named");
    }
    if (!Files.exists(plugin)) {
      throw new IllegalArgumentException("there is no " + plugin);
    }
    if (person.isPresent() && endpoint.isEmpty()) {
      throw new IllegalArgumentException("--person says who asks; say for what by --find");
    }
    Person asking = person.orElseGet(() -> person("doctor"));
    return new Question(
        plugin.toAbsolutePath().normalize(),
        settings,
        trust,
        name,
        endpoint.map(one -> new Search(one, asking)));
  }

  private static String after(String option, Deque<String> words) {
    if (words.isEmpty()) {
      throw new IllegalArgumentException(option + " needs something after it");
    }
    return words.pop();
  }

  private static Person person(String text) {
    String[] words = text.split(",", -1);
    return Person.named(words[0], words[0])
        .memberOf(Arrays.copyOfRange(words, 1, words.length))
        .build();
  }

  private static Endpoint endpoint(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? text : text.substring(0, colon);
    int port = colon < 0 ? 22 : Integer.parseInt(text.substring(colon + 1));
    return new Endpoint(
        JumpItemId.of(host), host, "ssh", host, port, Optional.empty(), "", Map.of());
  }
}
