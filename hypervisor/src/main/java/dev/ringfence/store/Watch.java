// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/**
 * What a session wants to be told of.
 *
 * @param path absolute or special
 * @param hiddenPrefixLength how much of an event's path to leave out, since the session named a relative path
 * @param depth how many levels below the path count, or {@link #UNLIMITED_DEPTH}
 */
record Watch(StoreSession session, String path, String token, int hiddenPrefixLength, int depth) {
    static final int UNLIMITED_DEPTH = -1;

    boolean covers(String changedPath) {
        return depth == UNLIMITED_DEPTH || StorePath.levelsBelow(changedPath, path) <= depth;
    }

    /** The event for a change. One too long for a message names the watched path instead, which always fits. */
    StoreMessage event(String changedPath) {
        int length = changedPath.length() - hiddenPrefixLength + token.length() + 2;
        String told = length <= StoreMessage.PAYLOAD_BYTES_MAX ? changedPath : path;
        return StoreMessage.event(told.substring(hiddenPrefixLength), token);
    }
}
