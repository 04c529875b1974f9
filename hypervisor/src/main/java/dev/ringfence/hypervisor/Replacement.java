// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import java.util.concurrent.CompletableFuture;

/**
 * An owner that is replaced by order.
 *
 * @param generation what its successor has to be at least: an upgrade raises it, so that no standby that is there already will do
 * @param done when the successor is in office; fails when there won't be one
 */
record Replacement(int generation, CompletableFuture<Void> done) {
    boolean accepts(Claimant claimant) {
        return claimant.generation() >= generation;
    }
}
