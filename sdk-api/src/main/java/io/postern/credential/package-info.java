/**
 * Credentials and the accounts they belong to. {@link io.postern.credential.Credentials} finds and
 * checks out accounts without showing a secret; {@link io.postern.credential.Secret} holds one
 * where it must be, and wipes it.
 */
package io.postern.credential;
