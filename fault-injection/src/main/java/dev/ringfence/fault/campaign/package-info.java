// SPDX-License-Identifier: Apache-2.0
/**
 * Campaigns: many trials of drivers with faults in them, what became of each, and what that adds up to.
 *
 * <pre>
 *   Ledger                       the file of results: appended to a line at a time, read, merged of shards
 *     LedgerHeader, TrialRecord  its lines: what was done, and what came of it
 *       OutcomeClass             what can become of a driver with a fault
 *       FaultDescription         which fault
 * </pre>
 */
package dev.ringfence.fault.campaign;
