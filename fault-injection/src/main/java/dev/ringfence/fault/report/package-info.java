// SPDX-License-Identifier: Apache-2.0
/**
 * What a ledger of trials adds up to, for people, scripts and spreadsheets.
 *
 * <pre>
 *   Report                  reads a ledger, writes the three files
 *     Tally                 counts by outcome class, fault, part and driver; outages
 *       OutcomeCounts       the rates; Proportion their bounds
 *     Goal                  what a campaign is to show, and whether it did
 *     HtmlReport            the page, written by Markup; its parts: OutcomeTable, FigureSections, WrongTrials, PublishedTable
 *       OutcomePlot,
 *       OutagePlots, Svg    XChart's charts in the page's own colours
 *     JsonReport, CsvReport everything that was counted; a row a trial
 *
 *   KillSweep               what kills at shorter and shorter intervals cost a whole machine's guest
 *     KillSweepPage         its page, with KillSweepPlots
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.fault.report.Report}.
 */
package dev.ringfence.fault.report;
