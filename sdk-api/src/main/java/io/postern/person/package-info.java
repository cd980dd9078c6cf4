/**
 * Who acts, and what they may do. The host describes a {@link io.postern.person.Person} through its
 * {@link io.postern.spi.directory.PersonDirectory}; Postern authenticates nobody.
 */
package io.postern.person;
