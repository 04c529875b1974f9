// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend;

import java.util.Map;

/**
 * What a device class adds to the {@link FrontendHandshake}. All methods are called on the store client's event thread, one
 * at a time.
 */
public interface DeviceFrontend {
    /** The back-end's keys, read when they are needed. */
    @FunctionalInterface
    interface BackendKeys {
        /** A number the back-end published, or {@code otherwise}; anything that is no such number counts as absent. */
        long number(String key, long otherwise);
    }

    /**
     * Rings and channels, to be published; the back-end has told its features.
     *
     * <p>Called again when a back-end that was connected starts afresh: then the rings are emptied, and everything that has
     * not been answered goes into them again.
     */
    Map<String, String> publish(BackendKeys features);

    /**
     * The back-end serves, for the first time or again: the device can be used.
     *
     * @throws IllegalArgumentException naming the key, when its geometry makes no sense
     */
    void connected(BackendKeys properties);

    /** The back-end lets go, or has; requests in flight fail. */
    void disconnected(String reason);
}
