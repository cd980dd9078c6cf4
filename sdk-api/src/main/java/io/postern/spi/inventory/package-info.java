/**
 * Where jump items come from beside the catalog: a host's own inventory, or a credential manager
 * that knows its endpoints (rule CAT-10).
 */
package io.postern.spi.inventory;
