// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

/** Told when a request has been answered. Called on the queue's thread; may submit further requests. */
@FunctionalInterface
public interface Completion {
    /**
     * @param context what the request was submitted with
     * @param status as the device class has it
     */
    void completed(long context, int status);
}
