// SPDX-License-Identifier: Apache-2.0
/**
 * How fast frames are, beside the floor, the kernel and other programs that carry frames: {@code ringfence bench net}.
 *
 * <pre>
 *   outside host  <-- driver            DriverLink: a driver domain and a guest            -->  inside host
 *   (namespace)   <-- relay             RelayLink: Relay, no rings and no isolation        -->  (namespace)
 *                 <-- veth + bridge     VethLink: the kernel                               -->
 *                 <-- peers             SocatLink, VdeLink, OvsLink, PastaLink             -->
 *
 *   NetBenchmark goes round them:  NetTestbed -> Iperf, Ping -> NetResults -> NetGoals -> NetReport
 * </pre>
 *
 * <p>The inside host is the guest: "out" is what it sends, "in" what it receives.
 *
 * <p>Start reading at {@link dev.ringfence.benchmark.net.NetBenchmark}.
 */
package dev.ringfence.benchmark.net;
