// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.util.List;

/**
 * One queue of a connection, as its front-end published it in the store.
 *
 * @param ringRefs grant references of the ring's pages, in order; 1, 2, 4, 8 or 16 of them
 * @param eventChannel the port of its event channel
 * @param posts its requests are buffers that wait for what comes from outside: nobody is late who has not answered them
 */
public record QueueSpec(List<Integer> ringRefs, int eventChannel, boolean posts) {
    public QueueSpec {
        ringRefs = List.copyOf(ringRefs);
    }
}
