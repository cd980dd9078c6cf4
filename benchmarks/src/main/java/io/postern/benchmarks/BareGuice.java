package io.postern.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * A program that is nothing but a Guice graph: so many interfaces bound to singletons, each made of
 * three others. Written and compiled when it is needed, because the number is Postern's.
 */
final class BareGuice {
  private static final int NEEDS = 3;

  private BareGuice() {}

  /** Compiles it into {@code directory}; the main class is {@code bare.Main}. */
  static void compile(Path directory, int bindings) throws IOException {
    Path sources = Files.createDirectories(directory.resolve("bare"));
    List<String> files = new ArrayList<>();
    StringBuilder module = new StringBuilder();
    for (int i = 0; i < bindings; i++) {
      StringBuilder parameters = new StringBuilder();
      StringBuilder fields = new StringBuilder();
      StringBuilder assignments = new StringBuilder();
      for (int need = Math.max(0, i - NEEDS); need < i; need++) {
        parameters.append(parameters.isEmpty() ? "" : ", ").append("I" + need + " i" + need);
        fields.append("private final I" + need + " i" + need + "; ");
        assignments.append("this.i" + need + " = i" + need + "; ");
      }
      files.add(write(sources, "I" + i, "interface I" + i + " {}"));
      files.add(
          write(
              sources,
              "C" + i,
              "final class C"
                  + i
                  + " implements I"
                  + i
                  + " { "
                  + fields
                  + "@jakarta.inject.Inject C"
                  + i
                  + "("
                  + parameters
                  + ") { "
                  + assignments
                  + "} }"));
      module.append(
          "bind(I" + i + ".class).to(C" + i + ".class).in(jakarta.inject.Singleton.class);\n");
      // As the rooms do: an implementation is a binding of its own only where it is bound.
      module.append("bind(C" + i + ".class);\n");
    }
    files.add(
        write(
            sources,
            "Main",
            """
            public final class Main extends com.google.inject.AbstractModule {
              @Override protected void configure() {
                binder().requireExplicitBindings();
                binder().requireAtInjectOnConstructors();
                binder().requireExactBindingAnnotations();
                binder().disableCircularProxies();
                %s
              }
              public static void main(String[] arguments) {
                long begin = System.nanoTime();
                com.google.inject.Guice.createInjector(
                    com.google.inject.Stage.PRODUCTION, new Main());
                System.out.println("graph=" + (System.nanoTime() - begin) / 1e6);
                System.out.println("cpu=" + ProcessHandle.current().info().totalCpuDuration()
                    .map(java.time.Duration::toMillis).orElse(0L));
                System.exit(0);
              }
            }
            """
                .formatted(module)));
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                directory.toString()));
    arguments.addAll(files);
    int result =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    if (result != 0) {
      throw new IllegalStateException("the bare graph does not compile");
    }
  }

  private static String write(Path directory, String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name + ".java"), "package bare;\n" + text)
        .toString();
  }
}
