// SPDX-License-Identifier: Apache-2.0
/**
 * A machine small enough to be built thousands of times: one guest, whose every request and answer is written down, and
 * driver processes that run the real driver. The lab speaks the hypervisor's side of the real protocol, so that what is tried
 * is what a machine runs; only the guest's program and the instant of death are ours.
 *
 * <pre>
 *   Lab                     a directory in memory, numbers for processes and lives
 *     LabSubject            a guest's device, from both of its far ends; one of
 *       LabConnection       a disk: its image, and the guest that uses it
 *         LabQueue          the guest's side of a ring; sleeps on its doorbell as a real one would
 *       LabNic              a NIC at a switch: the guest that uses it, and the world
 *         LabTransmitRing, LabReceiveRing, GuestPages; LabWire
 *       LabLink             the memory, leases and journals of one connection of either
 *     LabProcess            a driver process, as its hypervisor holds it
 *       LabDriver           what runs in it: the real driver, whose workers meet a {@link dev.ringfence.fault.lab.Fate}
 *         Saboteur          counts a worker's stores, and lets it die after one of them
 *       LabDisk             the disk under it, for who wants more than an image file: its calls written down
 *       VolatileDisk        ... a cache that a power cut takes away
 *       FaultyDisk          ... a {@link dev.ringfence.fault.lab.DeviceFault}
 *       CachingDisk         ... what no author of a device may do
 *     Stage                 words that the lab and its processes share beside all that
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.fault.lab.FaultyRun}.
 */
package dev.ringfence.fault.lab;
