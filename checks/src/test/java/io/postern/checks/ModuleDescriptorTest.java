package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.checks.PosternModules.PosternModule;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Exports;
import java.lang.module.ModuleDescriptor.Opens;
import java.lang.module.ModuleDescriptor.Requires;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every published jar is a named module, and shows no more than it says. */
class ModuleDescriptorTest {
  static List<PosternModule> modules() {
    return PosternModules.PUBLISHED;
  }

  @ParameterizedTest
  @MethodSource("modules")
  void module_hasTheNameThatIsExpected(PosternModule module) throws IOException {
    assertThat(descriptor(module).name()).isEqualTo(module.name());
  }

  @ParameterizedTest
  @MethodSource("modules")
  void exportedPackages_beginWithTheModulesName(PosternModule module) throws IOException {
    assertThat(descriptor(module).exports())
        .extracting(Exports::source)
        .allSatisfy(name -> assertThat(name + ".").startsWith(module.name() + "."));
  }

  @ParameterizedTest
  @MethodSource("modules")
  void descriptor_hasDocComment(PosternModule module) {
    assertThat(PosternModules.read(module.sources().resolve("module-info.java"))).contains("/**");
  }

  @ParameterizedTest
  @MethodSource("modules")
  void packages_areOpenToGuiceAndJUnitOnly(PosternModule module) throws IOException {
    assertThat(descriptor(module).isOpen()).isFalse();
    assertThat(descriptor(module).opens())
        .extracting(Opens::targets)
        .allSatisfy(
            targets ->
                assertThat(targets)
                    .isNotEmpty()
                    .isSubsetOf("com.google.guice", "org.junit.platform.commons"));
  }

  @Test
  void api_requiresTheJdkOnly() throws IOException {
    assertThat(descriptor(PosternModules.API).requires())
        .filteredOn(requires -> !requires.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .allSatisfy(name -> assertThat(name).startsWith("java."));
  }

  @Test
  void core_exportsTheDoorAndWhatIsInjectedInto() throws IOException {
    assertThat(descriptor(PosternModules.CORE).exports())
        .extracting(Exports::source)
        .isSubsetOf("io.postern.core", "io.postern.core.injection");
  }

  private static ModuleDescriptor descriptor(PosternModule module) throws IOException {
    try (InputStream in = Files.newInputStream(module.classes().resolve("module-info.class"))) {
      return ModuleDescriptor.read(in);
    }
  }
}
