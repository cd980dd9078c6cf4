package io.postern.credential.vault;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something to be lent.
 *
 * @param key the credential
 * @param path where it is asked for, which is what its lease begins with
 * @param callId for which call
 * @param life how long it lives at most when nobody renews it; null when that is not known
 */
record Wanted(String key, String path, String callId, @Nullable Duration life) {}
