// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.backend.FrontendKeys;

/**
 * What a guest takes that has not been done: front-ends say so by keys of Xen's io/netif.h.
 *
 * @param scatter a frame may be in several buffers
 * @param checksums TCP's and UDP's may be blank
 * @param segmentsV4 large TCP segments over IPv4
 * @param segmentsV6 the same over IPv6
 */
record Offloads(boolean scatter, boolean checksums, boolean segmentsV4, boolean segmentsV6) {
    static Offloads of(FrontendKeys keys) {
        boolean scatter = has(keys, "feature-sg");
        // The wire knows one switch for both versions of IP.
        boolean checksums = !has(keys, "feature-no-csum-offload") && has(keys, "feature-ipv6-csum-offload");
        boolean segments = scatter && checksums;
        return new Offloads(
                scatter,
                checksums,
                segments && has(keys, "feature-gso-tcpv4"),
                segments && has(keys, "feature-gso-tcpv6"));
    }

    private static boolean has(FrontendKeys keys, String key) {
        return keys.number(key, 0, 0, 1) == 1;
    }

    boolean areAll() {
        return scatter && checksums && segmentsV4 && segmentsV6;
    }
}
