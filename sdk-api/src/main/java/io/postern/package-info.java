/** The door: {@link io.postern.Postern}, and what every other package uses: errors and pages. */
package io.postern;
