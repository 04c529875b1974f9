// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import java.util.List;

/**
 * What another system's authors have published about its recovery.
 *
 * @param faults injected, as far as the source says
 * @param outage as far as the source says
 * @param seen what was read: the abstract, the paper itself, or a quotation by others
 */
record PublishedResult(
        String system, String year, String faults, String result, String outage, String source, String seen) {
    private static final String ABSTRACT = "abstract";

    /** Only what has been read where it says so; what is merely remembered is not here. */
    static final List<PublishedResult> ALL = List.of(
            new PublishedResult(
                    "Nooks",
                    "2003",
                    "",
                    "recovers from 99 % of the faults that crash Linux",
                    "",
                    "SOSP'03, TOCS'05; docslib 290612",
                    ABSTRACT),
            new PublishedResult(
                    "Xen, safe hardware interface",
                    "2004",
                    "the network driver domain killed and restarted under a TCP transfer",
                    "the connection survives",
                    "",
                    "OASIS'04; concepedia W1485906286",
                    ABSTRACT),
            new PublishedResult(
                    "Microreboot (Java EE)",
                    "2004",
                    "eBid on JBoss",
                    "cures most of what a full reboot cures, 10 times faster; 65 % fewer failed requests, 78 % less perceived downtime",
                    "",
                    "OSDI'04; arXiv cs/0403007",
                    ABSTRACT),
            new PublishedResult(
                    "SafeDrive",
                    "2006",
                    "random faults in a NIC driver",
                    "44 of 44 crashes recovered",
                    "",
                    "OSDI'06, Zhou et al.",
                    ABSTRACT),
            new PublishedResult(
                    "CuriOS",
                    "2008",
                    "register and memory errors in file system, network, timer, scheduler",
                    "87 to 100 % of manifested errors recovered",
                    "",
                    "OSDI'08, David et al.",
                    ABSTRACT),
            new PublishedResult(
                    "MINIX 3",
                    "2009",
                    "3,400,000 into 4 Ethernet drivers",
                    "0 crashes of the system; 1 hang, blamed on hardware",
                    "",
                    "DSN'09; IEEE 5270357",
                    ABSTRACT),
            new PublishedResult(
                    "Otherworld",
                    "2010",
                    "kernel faults under MySQL, Apache and vi",
                    "more than 97 % of applications resurrected",
                    "",
                    "EuroSys'10; talks.cam 30361",
                    ABSTRACT),
            new PublishedResult(
                    "ReHype",
                    "2011, 2021",
                    "campaigns of many types in a hypervisor",
                    "more than 88 to more than 90 % of detected failures recovered",
                    "< 750 ms",
                    "VEE'11; arXiv 2101.09282",
                    ABSTRACT),
            new PublishedResult(
                    "RedLeaf",
                    "2020",
                    "a crash of its in-memory block driver every second",
                    "transparent; reads 5 % and writes 16 % slower meanwhile",
                    "not published",
                    "OSDI'20, section 5.4",
                    "paper"),
            new PublishedResult(
                    "Theseus",
                    "2020",
                    "800,000, of which 0.083 % manifested",
                    "69 % of manifested faults recovered",
                    "",
                    "OSDI'20, sections 7.1 and 7.2",
                    "quoted by others"));
}
