/**
 * Requests for access and decisions on them. {@link io.postern.approval.Approvals} is where a
 * person finds what waits for them, decides, and takes back; {@link
 * io.postern.approval.EmailedDecision} is for somebody who is known only by an e-mail address.
 */
package io.postern.approval;
