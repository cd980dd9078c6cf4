/**
 * What was done and refused, by whom. {@link io.postern.audit.AuditTrail} lists the entries and
 * checks the hash chain that links them.
 */
package io.postern.audit;
