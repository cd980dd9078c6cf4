package io.postern.doctor;

import io.postern.spi.PluginIdentity;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar runs by itself; after it was packaged. */
class ExecutableJarTest {
  @TempDir Path directory;

  @Test
  void jar_runsByItself() throws Exception {
    PluginYard yard = new PluginYard(directory, PluginIdentity.class);
    yard.add(Provider.named("good"));
    DoctorProcess.ofJar(Path.of(System.getProperty("doctor.jar")))
        .run(yard.folder(), "--find", "db")
        .hasStatus(0)
        .says("it found 1 credentials for db")
        .saysNot("SLF4J");
  }
}
