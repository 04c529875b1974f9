// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

/** What a campaign says of one family of faults. */
public sealed interface FamilySpec permits CodeFaults, DeviceFaults, ProcessFaults, ProtocolFaults {
    /** How often a trial has a fault of this family, beside the other families' weights. */
    int weight();
}
