/**
 * What Postern can inject credentials into beside its connections: HTTP, databases and processes.
 * Give one to {@link io.postern.session.Session#inject}.
 *
 * <p>Where an interface of the Java platform or of a driver takes a secret as a {@link
 * java.lang.String} and as nothing else, it is made by one class of this package and lives as long
 * as the platform keeps it: see {@code docs/security-model.md}.
 */
package io.postern.core.injection;
