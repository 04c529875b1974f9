// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/**
 * Why the store refused a request. Errors travel by name: the wire knows the names of xs_wire.h and no others, so the
 * last three arise on the client's side only.
 */
public enum StoreError {
    EINVAL,
    EACCES,
    EEXIST,
    EISDIR,
    ENOENT,
    ENOMEM,
    ENOSPC,
    EIO,
    ENOTEMPTY,
    ENOSYS,
    EROFS,
    EBUSY,
    EAGAIN,
    EISCONN,
    E2BIG,
    EPERM,
    /** No reply came in time. */
    ETIMEDOUT,
    /** The calling thread was interrupted while it waited; its interrupt status stands. */
    EINTR,
    /** The connection to the store is closed. */
    ENOTCONN;

    /** The error of that name; {@link #EINVAL} for an unknown name, as Xen's client library has it. */
    static StoreError named(String name) {
        for (StoreError error : values()) {
            if (error.name().equals(name)) {
                return error;
            }
        }
        return EINVAL;
    }
}
