/**
 * Endpoints one may be let into, and under which terms. People find them by {@link
 * io.postern.jump.JumpItems}; administrators describe items, groups and policies by {@link
 * io.postern.jump.Catalog}.
 */
package io.postern.jump;
