import org.jspecify.annotations.NullMarked;

/** Postern's API: what applications that embed it and vendors of plug-ins compile against. */
@NullMarked
module io.postern {
  requires static org.jspecify;
}
