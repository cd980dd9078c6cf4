package io.postern.core.tool;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.postern.core.audit.Journal;
import io.postern.core.recording.Recorder;
import org.junit.jupiter.api.Test;

final class ToolModuleTest {
  @Test
  void withARecorderAndAJournal_thereIsAGuard() {
    Injector injector =
        Guice.createInjector(
            Stage.PRODUCTION,
            new ToolModule(),
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(Recorder.class).toInstance(new FakeRecorder());
                bind(Journal.class).toInstance(new FakeJournal());
              }
            });

    assertThat(injector.getInstance(Guard.class)).isSameAs(injector.getInstance(Guard.class));
    assertThat(injector.getExistingBinding(com.google.inject.Key.get(ToolGuard.class))).isNull();
  }
}
