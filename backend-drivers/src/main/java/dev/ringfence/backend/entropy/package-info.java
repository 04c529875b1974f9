// SPDX-License-Identifier: Apache-2.0
/**
 * The entropy back-end: random bytes for guests, and the smallest device class there can be.
 *
 * <pre>
 *   EntropyDriver         the program of an entropy driver domain
 *     ServedEntropy       what the store says of it
 *       EntropyService    one queue: what its requests are and how they are done
 *         EntropySource   where the bytes come from: /dev/urandom, or another device
 *     EntropyScript       what its standby rehearses
 * </pre>
 *
 * <p>Handshake, leases, journal, takeover, statistics and limits are the kit's. Start reading at
 * {@link dev.ringfence.backend.entropy.EntropyService}.
 */
package dev.ringfence.backend.entropy;
