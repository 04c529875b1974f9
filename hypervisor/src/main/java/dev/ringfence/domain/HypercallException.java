// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

/** The hypervisor refused a call, or is gone. */
public final class HypercallException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public HypercallException(String reason) {
        super(reason);
    }
}
