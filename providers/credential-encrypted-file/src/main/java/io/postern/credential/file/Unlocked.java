package io.postern.credential.file;

import io.postern.credential.Secret;

/**
 * A header and the file key that was unwrapped from it.
 *
 * @param header as it lies in the file
 * @param fileKey 32 bytes
 */
record Unlocked(Header header, Secret fileKey) {}
