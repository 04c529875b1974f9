// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.util.List;

/**
 * A front-end device bound to a back-end device: all that a driver process needs to know to serve it.
 *
 * @param frontend domain id of the guest
 * @param handle the device's number in that guest, Xen's virtual-device id
 * @param device name of the device in its driver domain
 * @param slots ring slots a queue has; a power of two
 * @param readOnly the guest may only read
 * @param receive how queues that {@link QueueSpec#posts post} get what comes
 */
public record ConnectionSpec(
        int frontend,
        int handle,
        String device,
        int slots,
        boolean readOnly,
        List<QueueSpec> queues,
        ReceiveMode receive) {
    public ConnectionSpec {
        queues = List.copyOf(queues);
    }

    /** One that copies. */
    public ConnectionSpec(
            int frontend, int handle, String device, int slots, boolean readOnly, List<QueueSpec> queues) {
        this(frontend, handle, device, slots, readOnly, queues, ReceiveMode.COPY);
    }

    /** {@code 3/51712}: how logs and messages name a connection. */
    public String name() {
        return frontend + "/" + handle;
    }
}
