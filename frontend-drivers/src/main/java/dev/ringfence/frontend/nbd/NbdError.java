// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

/** Why a request is refused or failed: the protocol's error number and a sentence for whoever reads it. */
enum NbdError {
    READ_ONLY(1, "the export is read-only"),
    IO(5, "the disk failed the request"),
    UNKNOWN_COMMAND(22, "unknown or unsupported command"),
    UNKNOWN_FLAG(22, "a flag that was not offered for this command"),
    UNALIGNED(22, "offset or length is not a multiple of the minimum block size"),
    OUT_OF_RANGE(22, "beyond the end of the export"),
    INVALID_LENGTH(22, "length is not valid for this command"),
    NO_CONTEXT(22, "no metadata context was negotiated"),
    NO_SPACE(28, "beyond the end of the export"),
    TOO_LONG(75, "longer than the maximum payload"),
    NOT_FAST(95, "zeroing is no faster than writing");

    final int code;
    final String message;

    NbdError(int code, String message) {
        this.code = code;
        this.message = message;
    }
}
