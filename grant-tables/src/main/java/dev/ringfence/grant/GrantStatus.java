// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

/** Xen's GNTST codes. Methods that answer a frame number answer one of these, negative, instead. */
public final class GrantStatus {
    public static final int OKAY = 0;
    /** The ref is reserved or beyond the table, or its entry doesn't permit access to a whole page. */
    public static final int BAD_GNTREF = -3;
    /** The entry is for another domain, or read-only. */
    public static final int PERMISSION_DENIED = -8;
    /** The entry names a frame that isn't the guest's to grant. */
    public static final int BAD_PAGE = -9;
    /** The copy crosses a page. */
    public static final int BAD_COPY_ARG = -10;
    /** The entry kept changing while we looked. */
    public static final int EAGAIN = -12;
    /** The ref is in use too many times at once. */
    public static final int NO_SPACE = -13;

    private GrantStatus() {}

    public static String name(int status) {
        return switch (status) {
            case OKAY -> "okay";
            case BAD_GNTREF -> "bad_gntref";
            case PERMISSION_DENIED -> "permission_denied";
            case BAD_PAGE -> "bad_page";
            case BAD_COPY_ARG -> "bad_copy_arg";
            case EAGAIN -> "eagain";
            case NO_SPACE -> "no_space";
            default -> "status " + status;
        };
    }
}
