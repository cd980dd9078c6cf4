/**
 * What people were told. {@link io.postern.notice.Inbox} holds it for the pages of the host; a
 * {@link io.postern.spi.notifier.Notifier} brings it to them elsewhere.
 */
package io.postern.notice;
