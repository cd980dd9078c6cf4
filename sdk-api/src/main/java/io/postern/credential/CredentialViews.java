package io.postern.credential;

import io.postern.person.PersonId;
import java.time.Instant;

/**
 * How often somebody looked at a credential (rule OUT-2).
 *
 * @param viewer who
 * @param times how often, 1 or more
 * @param last when last
 */
public record CredentialViews(PersonId viewer, long times, Instant last) {}
