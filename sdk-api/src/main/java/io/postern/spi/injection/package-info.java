/**
 * What credentials can be handed to beside a connector (rule INJ-2). Postern brings HTTP, JDBC and
 * processes; whoever needs another target implements {@link io.postern.spi.injection.Injector} and
 * gives it to {@link io.postern.session.Session}.
 */
package io.postern.spi.injection;
