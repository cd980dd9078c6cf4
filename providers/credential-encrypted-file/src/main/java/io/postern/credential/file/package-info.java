/** Credentials in one encrypted file: the provider, and the file for those who fill it. */
package io.postern.credential.file;
