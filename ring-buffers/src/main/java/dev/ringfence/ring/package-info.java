// SPDX-License-Identifier: Apache-2.0
/**
 * Rings bit for bit as Xen's, and the journal that lets a driver die between any two of its stores.
 *
 * <pre>
 *   FrontRing  --requests-->   BackRing      the shared pages, untrusted on both sides
 *              <--responses--  Journal       what is in flight, in memory no guest maps
 *                              Settlement    what a successor found in it
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.ring.RingLayout}, then {@link dev.ringfence.ring.Journal}.
 */
package dev.ringfence.ring;
