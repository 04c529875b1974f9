// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/** A request that the store refused, or could not be asked. */
public final class StoreException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final StoreError error;
    private final String path;

    /** The path is what the request was about: a node, a watch, or what else the message names. */
    public StoreException(StoreError error, String path) {
        super(error + ": path=" + path);
        this.error = error;
        this.path = path;
    }

    public StoreError error() {
        return error;
    }

    /** The error's name as it travels, {@code "ENOENT"}. */
    public String errno() {
        return error.name();
    }

    public String path() {
        return path;
    }
}
