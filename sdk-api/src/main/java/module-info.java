import org.jspecify.annotations.NullMarked;

/**
 * Postern: privileged access as a library.
 *
 * <p>Two audiences. Those who embed it read {@code io.postern} and the packages of its concepts;
 * those who write plug-ins read {@code io.postern.spi} and below. Interfaces outside {@code
 * io.postern.spi} are implemented by Postern alone and may gain methods; interfaces inside it gain
 * {@code default} methods only.
 */
@NullMarked
module io.postern {
  requires static transitive org.jspecify;

  exports io.postern;
  exports io.postern.approval;
  exports io.postern.audit;
  exports io.postern.credential;
  exports io.postern.jump;
  exports io.postern.notice;
  exports io.postern.person;
  exports io.postern.recording;
  exports io.postern.session;
  exports io.postern.spi;
  exports io.postern.spi.alarm;
  exports io.postern.spi.connector;
  exports io.postern.spi.credential;
  exports io.postern.spi.directory;
  exports io.postern.spi.event;
  exports io.postern.spi.injection;
  exports io.postern.spi.inventory;
  exports io.postern.spi.json;
  exports io.postern.spi.notifier;
  exports io.postern.text;
}
