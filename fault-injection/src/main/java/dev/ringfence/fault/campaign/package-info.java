// SPDX-License-Identifier: Apache-2.0
/**
 * Campaigns: many trials of drivers with faults in them, what became of each, and what that adds up to.
 *
 * <pre>
 *   Experiment                   a campaign and its ledger: begun, gone on with, or one trial of it done again
 *     Campaign, CampaignReader   what a campaign file says
 *     FaultChoice                which fault a trial has
 *     CampaignRun                does the trials, several at a time
 *       Verdict                  which class a run belongs to
 *   Ledger                       the file of results: appended to a line at a time, read, merged of shards
 *     LedgerHeader, TrialRecord  its lines: what was done, and what came of it
 *       OutcomeClass             what can become of a driver with a fault
 *       FaultDescription         which fault
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.fault.campaign.CampaignRun}.
 */
package dev.ringfence.fault.campaign;
