// SPDX-License-Identifier: Apache-2.0
/**
 * What runs inside a domain, and the words it speaks with its hypervisor.
 *
 * <pre>
 *   DomainRuntime     a domain's process: start, confinement, the hypercall channel
 *     Hypercalls      all that a domain may ask for: store, region, event channels, connect
 *     Lease           the right to serve one queue, from the kernel or by the slow fence
 *     HeirLease       the right to wait for those: one process of a driver domain has it
 *   Message           what crosses the channel, with descriptors beside it; MessageCodec lays it out
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.domain.DomainRuntime}.
 */
package dev.ringfence.domain;
