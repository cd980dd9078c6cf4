package io.postern.core.recording;

import com.google.inject.PrivateModule;
import io.postern.core.audit.Journal;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import jakarta.inject.Singleton;
import java.time.InstantSource;

/**
 * Recording, sealing and viewing. Needs {@link Database}, {@link Ids}, {@link Journal}, {@link
 * People}, {@link InstantSource} and {@link RecordingSettings}; exposes {@link Recorder}, {@link
 * RecordingAccess} and {@link ReportPage}.
 */
public final class RecordingModule extends PrivateModule {
  @Override
  protected void configure() {
    requireBinding(Database.class);
    requireBinding(Ids.class);
    requireBinding(Journal.class);
    requireBinding(People.class);
    requireBinding(InstantSource.class);
    requireBinding(RecordingSettings.class);
    bind(RecordingFiles.class).to(DiskFiles.class).in(Singleton.class);
    bind(RecordingFolder.class).in(Singleton.class);
    bind(RecordingRows.class).in(Singleton.class);
    bind(Sealing.class).in(Singleton.class);
    bind(Recorder.class).to(FileRecorder.class).in(Singleton.class);
    bind(RecordingAccess.class).to(AuditedAccess.class).in(Singleton.class);
    bind(ReportPage.class).in(Singleton.class);
    expose(Recorder.class);
    expose(RecordingAccess.class);
    expose(ReportPage.class);
  }
}
