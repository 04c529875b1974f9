// SPDX-License-Identifier: Apache-2.0
/**
 * Xen's shared rings, bit for bit: requests one way, responses the other, through the same slots.
 *
 * <pre>
 *   front-end                    shared pages                      back-end
 *   FrontRing   -- request -->   RingLayout: header, slots   --&gt;   BackRing
 *               &lt;- response --                               &lt;--
 * </pre>
 *
 * <p>All indices run freely through 32 bits and wrap; they are only ever subtracted, and compared unsigned. Whatever the
 * other side writes can cost that side its connection, and nobody else anything.
 *
 * <p>Start reading at {@link dev.ringfence.ring.RingLayout}, then {@link dev.ringfence.ring.FrontRing}.
 */
package dev.ringfence.ring;
