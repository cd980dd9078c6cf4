/** Credentials from HashiCorp Vault or OpenBao. */
package io.postern.credential.vault;
