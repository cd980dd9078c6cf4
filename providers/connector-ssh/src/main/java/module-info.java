import org.jspecify.annotations.NullMarked;

/** A connector that reaches endpoints by SSH. */
@NullMarked
module io.postern.connector.ssh {
  requires io.postern;
  requires com.hierynomus.sshj;
  requires org.slf4j;
  requires static org.jspecify;
}
