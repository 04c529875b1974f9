// SPDX-License-Identifier: Apache-2.0
/**
 * The entropy front-end: random bytes from a driver domain, and the smallest front-end there can be.
 *
 * <pre>
 *   EntropyFrontend        a connected source
 *     EntropyQueue         for one thread that never waits
 *   RandomBytes            for any number of threads that may
 *
 *   XenEntropyFrontend     an EntropyFrontend by the xenbus handshake
 *     XenEntropyQueue      what its requests and answers are; the rest is the kit's ShadowedQueue
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.frontend.entropy.XenEntropyQueue}.
 */
package dev.ringfence.frontend.entropy;
