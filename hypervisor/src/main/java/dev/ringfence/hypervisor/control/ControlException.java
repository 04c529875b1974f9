// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

/** A machine can't do what it was asked to. The message is for the user who asked, and says what to do. */
public final class ControlException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int httpStatus;

    /** @param httpStatus 4xx: the request was wrong; 5xx: the machine failed it */
    public ControlException(int httpStatus, String message) {
        this(httpStatus, message, null);
    }

    public ControlException(int httpStatus, String message, Throwable cause) {
        super(message, cause);
        this.httpStatus = httpStatus;
    }

    public int httpStatus() {
        return httpStatus;
    }

    /** Whether the asker has to mend something, rather than the machine. */
    public boolean isBadRequest() {
        return httpStatus / 100 == 4;
    }
}
