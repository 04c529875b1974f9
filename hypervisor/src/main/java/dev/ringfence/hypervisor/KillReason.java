// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

/** Why the hypervisor ended a process. */
enum KillReason {
    /** Somebody asked for it, or for a misbehaviour that led to it: {@link DomainProcess#isCommandedToFail}. */
    COMMAND,
    /** The machine goes down. */
    SHUTDOWN,
    /** It did not answer, did not get ready, or did not take its leases. */
    STUCK,
    /** Another process got a lease it was thought to hold; it may be innocent. */
    FENCE,
    /** It had work outstanding and did not get on with it. */
    HANG,
    /** It used more than it may. */
    GREED,
    /** It broke the protocol towards a guest, by evidence no guest can make up. */
    VIOLATION
}
