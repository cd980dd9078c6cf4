/** The canonical forms of names and texts, which Postern and plug-ins share. */
package io.postern.text;
