package io.postern.core.store;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.LoggerFactory;

/** A process of its own that has the embedded store open: to be killed, traced or in the way. */
final class StoreChild {
  private StoreChild() {}

  public static void main(String[] arguments) throws Exception {
    ((Logger) LoggerFactory.getLogger("ROOT")).setLevel(Level.OFF);
    Database database = EmbeddedStore.open(Path.of(arguments[0]), InstantSource.system());
    say("open");
    switch (arguments[1]) {
      case "hold":
        System.in.read(); // until it is killed, or whoever started it is gone
        break;
      case "count":
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
          commit(database, "c" + i);
        }
        database.close();
        break;
      default:
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int t = 0; t < 4; t++) {
          String prefix = arguments[2] + "-" + t + "-";
          threads.submit(
              () -> {
                for (int i = 0; true; i++) {
                  commit(database, prefix + i + ".");
                  say(prefix + i + ".");
                }
              });
        }
        System.in.read();
    }
  }

  private static void commit(Database database, String id) {
    database.change(tx -> tx.run(DatabaseContract.ADD, id, id));
  }

  /** One write of a whole line, so that lines of threads do not mix. */
  private static synchronized void say(String line) {
    System.out.print(line + "\n");
    System.out.flush();
  }
}
