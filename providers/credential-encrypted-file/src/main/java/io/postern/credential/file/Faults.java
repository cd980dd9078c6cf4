package io.postern.credential.file;

import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The failures of one credential file, each told apart by its text: what, which file, why, what to
 * do.
 */
final class Faults {
  private final Path file;

  Faults(Path file) {
    this.file = file;
  }

  ProviderException wrongKey(boolean passphrase) {
    return misconfigured(
        (passphrase ? "the passphrase" : "the key file")
            + " does not open the encrypted credential file "
            + file
            + ": it was sealed with another one; give the one it was created with or last changed"
            + " to",
        "the wrapped file key does not open; the header's checksum is right",
        null);
  }

  ProviderException otherKindOfKey(boolean passphraseNeeded) {
    return misconfigured(
        "the encrypted credential file "
            + file
            + (passphraseNeeded
                ? " is sealed with a passphrase, not a key file; give setting 'passphrase'"
                : " is sealed with a key file, not a passphrase; give setting 'key-file'"),
        "the header names another key derivation",
        null);
  }

  ProviderException damaged(String why) {
    return damaged(why, null);
  }

  ProviderException damaged(String why, @Nullable Throwable cause) {
    return misconfigured(
        "the encrypted credential file "
            + file
            + " was damaged or tampered with: "
            + why
            + "; nothing in it is used; find out who changed it and restore it from a backup",
        why,
        cause);
  }

  ProviderException notOurs() {
    return misconfigured(
        file
            + " is not an encrypted credential file of Postern: it does not begin as one; check"
            + " setting 'file'",
        "magic number missing",
        null);
  }

  ProviderException newerVersion(int version) {
    return misconfigured(
        "the encrypted credential file "
            + file
            + " has format version "
            + version
            + ", this version of Postern reads up to "
            + Header.VERSION
            + "; use the newer Postern that wrote it",
        "format version " + version,
        null);
  }

  ProviderException tooLarge(long bytes) {
    return misconfigured(
        "the encrypted credential file "
            + file
            + " would have or has "
            + bytes
            + " bytes, more than the "
            + CachedFile.MAX_BYTES
            + " allowed; split it into several",
        "size limit",
        null);
  }

  ProviderException cannotRead(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return TimeLimit.interrupted(e);
    }
    if (e instanceof NoSuchFileException) {
      return misconfigured(
          "there is no encrypted credential file "
              + file
              + "; create it with EncryptedCredentialFile.create or correct setting 'file'",
          e.toString(),
          e);
    }
    if (e instanceof AccessDeniedException) {
      return misconfigured(
          "the encrypted credential file "
              + file
              + " may not be read by the account that this process runs as; make that account its"
              + " owner",
          e.toString(),
          e);
    }
    return ProviderException.withoutEffect(
        Failure.UNAVAILABLE,
        "the encrypted credential file " + file + " cannot be read; check its disk",
        e.toString(),
        e);
  }

  /** The file is what it was. */
  ProviderException notWritten(IOException e) {
    if (e instanceof ClosedByInterruptException) {
      return TimeLimit.interrupted(e);
    }
    return ProviderException.withoutEffect(
        Failure.UNAVAILABLE,
        "the encrypted credential file "
            + file
            + " cannot be written and stays as it was; check the free space and the permissions of "
            + file.getParent(),
        e.toString(),
        e);
  }

  /** The new file is in place, but a power cut may still bring the old one back. */
  ProviderException perhapsNotDurable(IOException e) {
    return ProviderException.effectUnknown(
        Failure.UNAVAILABLE,
        "the encrypted credential file "
            + file
            + " was written, but it is not known whether it would outlast a power cut; check the"
            + " disk and try again",
        e.toString(),
        e);
  }

  ProviderException locked(Path lock, TimeLimit limit, @Nullable Throwable cause) {
    boolean deadline = limit.deadlineComesFirst();
    return ProviderException.withoutEffect(
        deadline ? Failure.TIMED_OUT : Failure.UNAVAILABLE,
        "the encrypted credential file "
            + file
            + " is being changed by another process or thread, which did not finish in time; try"
            + " again, and if that stays so see who holds "
            + lock,
        deadline
            ? "the call's deadline came before the lock"
            : "no lock within lock-timeout=" + limit.forLocks(),
        cause);
  }

  ProviderException changedDespiteLock() {
    return ProviderException.withoutEffect(
        Failure.UNAVAILABLE,
        "the encrypted credential file "
            + file
            + " was replaced while it was being changed, by something that does not take its lock;"
            + " it was left as it is now; try again",
        "revision or identity differs from what was read under the lock",
        null);
  }

  ProviderException closed(@Nullable Throwable cause) {
    return ProviderException.withoutEffect(
        Failure.UNAVAILABLE,
        "the encrypted credential file " + file + " was closed here, or its key was; open it again",
        "closed",
        cause);
  }

  ProviderException notFound(String key) {
    return ProviderException.withoutEffect(
        Failure.NOT_FOUND,
        "the encrypted credential file "
            + file
            + " has no credential '"
            + key
            + "'; look at what it lists",
        "key=" + key,
        null);
  }

  ProviderException misconfigured(String text, String logText, @Nullable Throwable cause) {
    return ProviderException.withoutEffect(Failure.MISCONFIGURED, text, logText, cause);
  }

  ProviderException denied(String text, String logText) {
    return ProviderException.withoutEffect(Failure.DENIED, text, logText, null);
  }
}
