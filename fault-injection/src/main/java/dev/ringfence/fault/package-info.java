// SPDX-License-Identifier: Apache-2.0
/**
 * Proof that a disk, or a NIC, loses and invents nothing while its drivers die: what a guest saw, held against what it may do.
 *
 * <pre>
 *   SectorTag        what a tagged sector says: who wrote it, and that it is whole
 *   DiskHistory      every request of a guest, its answer, and the image in the end
 *     SectorRegister what one sector went through, judged on its own: linearizability is local
 *   PowerCutOracle   what a flush has promised, if the power fails now
 *     DurableSector  what one sector may be found to hold then
 *   TaggedFrame      a frame that says which one it is
 *   FrameHistory     every frame of a guest and of the world, and what came of it
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.fault.DiskHistory}.
 */
package dev.ringfence.fault;
