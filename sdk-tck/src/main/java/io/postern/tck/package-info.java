/** The conformance kit for plug-ins; see {@link io.postern.tck.CredentialProviderTck}. */
package io.postern.tck;
