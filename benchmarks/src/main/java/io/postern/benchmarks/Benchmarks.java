package io.postern.benchmarks;

import java.util.Arrays;
import java.util.stream.Stream;

/** Runs one benchmark by its name. */
public final class Benchmarks {
  private static final String HELP =
      """
      Name a benchmark: -Dbenchmark=<name> [-Dbenchmark.options="--name value ..."]
        create-session           sessions().start on PostgreSQL beside pgbench with the same SQL
        create-session-embedded  sessions().start on SQLite beside plain JDBC
        failover                 from a member's loss to the next answer, beside a bare call
        start                    a cold start beside a bare JVM and a bare Guice graph
        overdue-leases           10,000 overdue leases at start, and the API meanwhile
        vault-read               a secret read from Vault beside HttpURLConnection and a driver
        size                     jars and megabytes that an embedder inherits
        jmh                      what is hot inside; the options are JMH's own
      benchmarks/README.md says what the options are and how to read the figures.
      """;

  private Benchmarks() {}

  public static void main(String[] arguments) throws Exception {
    String name = arguments.length == 0 ? "help" : arguments[0];
    // Maven hands all options over as one argument.
    String[] given =
        Arrays.stream(arguments)
            .skip(1)
            .flatMap(argument -> Stream.of(argument.strip().split("\\s+")))
            .filter(argument -> !argument.equals("--") && !argument.isEmpty())
            .toArray(String[]::new);
    switch (name) {
      case "create-session" -> new CreateSession(Options.of(given)).run();
      case "create-session-embedded" -> new CreateSessionEmbedded(Options.of(given)).run();
      case "failover" -> new Failover(Options.of(given)).run();
      case "start" -> new Start(Options.of(given)).run();
      case "overdue-leases" -> new OverdueLeases(Options.of(given)).run();
      case "vault-read" -> new VaultRead(Options.of(given)).run();
      case "size" -> new Size().run();
      case "jmh" -> org.openjdk.jmh.Main.main(given);
      default -> System.out.print(HELP);
    }
    // Pools and servers of others leave threads behind that are no daemons.
    System.exit(0);
  }
}
