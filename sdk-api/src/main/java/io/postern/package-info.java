/**
 * The door: {@link io.postern.Postern}, and what every other package uses: errors and pages. A host
 * builds one with {@code io.postern.core.PosternBuilder} and lets each person in by {@link
 * io.postern.Postern#as}.
 */
package io.postern;
