package dev.weir.pool;

/**
 * What an instance may have of the connections that a fleet shares. Immutable.
 *
 * @param fleet the fleet's name
 * @param members instances seen, this one included
 * @param budget connections that all share: what the server has for everybody, less a tenth
 * @param connections those that this instance may have now
 * @param reason why it is so many, in words
 */
public record FleetShare(String fleet, int members, int budget, int connections, String reason) {}
