import org.jspecify.annotations.NullMarked;

/** A credential provider that keeps its credentials in one encrypted file. */
@NullMarked
module io.postern.credential.file {
  requires io.postern;
  requires org.slf4j;
  requires static org.jspecify;
}
