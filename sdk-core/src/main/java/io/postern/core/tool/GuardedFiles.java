package io.postern.core.tool;

import io.postern.core.audit.Act;
import io.postern.session.RemoteFile;
import io.postern.session.RemoteFiles;
import io.postern.session.Tool;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.MovesFiles;
import io.postern.text.Text;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of an endpoint, each use judged and audited. */
final class GuardedFiles implements RemoteFiles {
  private static final Logger log = LoggerFactory.getLogger(GuardedFiles.class);

  private final Watch watch;
  private final EndpointConnection connection;
  private final Parts parts;

  /** Judges the use and says by what it is done. */
  private final Function<Tool, MovesFiles> allowed;

  GuardedFiles(
      Watch watch, EndpointConnection connection, Parts parts, Function<Tool, MovesFiles> allowed) {
    this.watch = watch;
    this.connection = connection;
    this.parts = parts;
    this.allowed = allowed;
  }

  @Override
  public List<RemoteFile> list(String directory, boolean withHidden) {
    MovesFiles files = allowed.apply(Tool.LIST_FILES);
    Act act = watch.act("tool.list").with("path", watch.shown(directory, Watch.MAX_SHOWN));
    List<RemoteFile> found;
    try {
      RemotePath.check(directory);
      found =
          files.list(directory).stream()
              .filter(file -> isNamed(file, directory))
              .filter(file -> withHidden || !file.name().startsWith("."))
              .sorted(Comparator.comparing(RemoteFile::name))
              .toList();
      // It may have been frozen while the endpoint answered.
      watch.gate().requireOpen();
    } catch (RuntimeException e) {
      RuntimeException failure = watch.plugin("listing a directory", e);
      watch.writeFailure(act, failure);
      throw failure;
    }
    // Before anybody sees it.
    watch.write(act.with("entries", found.size()).with("hidden", withHidden));
    return found;
  }

  /** A caller may make local paths of these names; "../x" would lead out of its directory. */
  private boolean isNamed(RemoteFile file, String directory) {
    boolean named = RemotePath.isName(file.name());
    if (!named) {
      log.warn(
          "endpoint lists what is no name session={} directory={} name={}",
          watch.session(),
          watch.shown(directory, 200),
          watch.shown(file.name(), 200));
    }
    return named;
  }

  @Override
  public Transfer upload(Path local, String remote) {
    MovesFiles files = allowed.apply(Tool.UPLOAD);
    return audited(
        "tool.upload",
        local,
        remote,
        () -> {
          LocalFile source = new LocalFile(local);
          try (InputStream opened = source.read()) {
            return carried(files, Tool.UPLOAD, remote, move -> move.upload(opened, source, remote));
          } catch (IOException e) {
            throw source.unreadable(e);
          }
        });
  }

  @Override
  public Transfer download(String remote, Path local) {
    MovesFiles files = allowed.apply(Tool.DOWNLOAD);
    return audited(
        "tool.download",
        local,
        remote,
        () -> {
          RemotePath.check(remote);
          try (LocalFile.Draft draft = new LocalFile(local).draft()) {
            return carried(files, Tool.DOWNLOAD, remote, move -> move.download(remote, draft));
          }
        });
  }

  private Transfer carried(
      MovesFiles files, Tool tool, String remote, Function<FileTransfer, Transfer> way) {
    String words = "%s of '%s'".formatted(Text.words(tool), watch.shown(remote, 200));
    FileTransfer move = new FileTransfer(watch, connection, files, tool, words);
    parts.add(move);
    try {
      return way.apply(move);
    } catch (RuntimeException e) {
      throw watch.plugin(words, e);
    } finally {
      parts.remove(move);
      move.gone();
    }
  }

  private Transfer audited(String action, Path local, String remote, Supplier<Transfer> act) {
    // Before it begins: whatever becomes of this process then, the trail says what was done.
    watch.write(named(action + "-started", local, remote));
    Transfer done;
    try {
      done = act.get();
    } catch (RuntimeException e) {
      watch.writeFailure(named(action, local, remote), e);
      throw e;
    }
    watch.write(
        named(action, local, remote).with("bytes", done.bytes()).with("sha256", done.sha256()));
    return done;
  }

  private Act named(String action, Path local, String remote) {
    return watch
        .act(action)
        .with("remote", watch.shown(remote, Watch.MAX_SHOWN))
        .with("local", watch.shown(local.toString(), Watch.MAX_SHOWN));
  }
}
