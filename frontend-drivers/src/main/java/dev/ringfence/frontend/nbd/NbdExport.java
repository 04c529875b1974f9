// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import dev.ringfence.frontend.block.DiskInfo;
import java.nio.charset.StandardCharsets;

/** What a client may do with the exported disk: the flags it is offered and the requests that are valid. */
record NbdExport(String name, DiskInfo disk) {
    /** @throws IllegalArgumentException if the protocol can't carry this name */
    static void checkName(String name) {
        if (name.indexOf('\0') >= 0 || name.getBytes(StandardCharsets.UTF_8).length > Nbd.MAX_STRING_BYTES) {
            throw new IllegalArgumentException("exportName=" + name + ": longer than 4096 bytes or holds a NUL");
        }
    }

    /** The empty name stands for the default export, which is this one. */
    boolean answersTo(String requestedName) {
        return requestedName.isEmpty() || requestedName.equals(name);
    }

    int preferredBlockBytes() {
        return Math.max(4096, disk.sectorBytes());
    }

    /**
     * Several connections are safe (multi-conn): there is one device underneath, and a flush on any queue covers the
     * writes answered on all of them. FAST_ZERO is offered so that clients learn quickly that zeroing is writing.
     */
    int transmissionFlags() {
        int flags = Nbd.FLAG_HAS_FLAGS | Nbd.FLAG_CAN_MULTI_CONN;
        if (disk.flush()) {
            flags |= Nbd.FLAG_SEND_FLUSH | Nbd.FLAG_SEND_FUA;
        }
        if (disk.readOnly()) {
            return flags | Nbd.FLAG_READ_ONLY;
        }
        flags |= Nbd.FLAG_SEND_WRITE_ZEROES | Nbd.FLAG_SEND_FAST_ZERO;
        return disk.discard() ? flags | Nbd.FLAG_SEND_TRIM : flags;
    }

    /** Null when the request may be carried out. DISC is no question of the export: the caller has dealt with it. */
    NbdError check(RequestHeader request, boolean structuredReplies, boolean allocationContext) {
        if ((request.flags & ~knownFlags(request.type)) != 0) {
            return NbdError.UNKNOWN_FLAG;
        }
        switch (request.type) {
            case Nbd.CMD_READ:
                if (request.length > Nbd.MAX_PAYLOAD_BYTES) {
                    return structuredReplies ? NbdError.TOO_LONG : NbdError.INVALID_LENGTH;
                }
                return checkRange(request, NbdError.OUT_OF_RANGE);
            case Nbd.CMD_WRITE:
            case Nbd.CMD_WRITE_ZEROES:
                return checkWrite(request, NbdError.NO_SPACE);
            case Nbd.CMD_TRIM:
                return disk.discard() ? checkWrite(request, NbdError.OUT_OF_RANGE) : NbdError.UNKNOWN_COMMAND;
            case Nbd.CMD_FLUSH:
                if (!disk.flush()) {
                    return NbdError.UNKNOWN_COMMAND;
                }
                return request.length == 0 && request.offset == 0 ? null : NbdError.INVALID_LENGTH;
            case Nbd.CMD_BLOCK_STATUS:
                if (!allocationContext) {
                    return NbdError.NO_CONTEXT;
                }
                return request.length == 0 ? NbdError.INVALID_LENGTH : checkRange(request, NbdError.OUT_OF_RANGE);
            default:
                return NbdError.UNKNOWN_COMMAND;
        }
    }

    private NbdError checkWrite(RequestHeader request, NbdError beyondTheEnd) {
        if (disk.readOnly()) {
            return NbdError.READ_ONLY;
        }
        NbdError error = checkRange(request, beyondTheEnd);
        if (error == null && (request.flags & Nbd.CMD_FLAG_FAST_ZERO) != 0) {
            return NbdError.NOT_FAST;
        }
        return error;
    }

    private NbdError checkRange(RequestHeader request, NbdError beyondTheEnd) {
        // The offset is unsigned: one above 2^63 arrives as a negative number.
        if (request.offset < 0 || request.offset > disk.bytes() - request.length) {
            return beyondTheEnd;
        }
        boolean aligned = request.offset % disk.sectorBytes() == 0 && request.length % disk.sectorBytes() == 0;
        return aligned ? null : NbdError.UNALIGNED;
    }

    /** A client that was offered FUA may set it on any command. */
    private int knownFlags(int type) {
        int fua = disk.flush() ? Nbd.CMD_FLAG_FUA : 0;
        return switch (type) {
            case Nbd.CMD_WRITE_ZEROES -> fua | Nbd.CMD_FLAG_NO_HOLE | Nbd.CMD_FLAG_FAST_ZERO;
            case Nbd.CMD_BLOCK_STATUS -> fua | Nbd.CMD_FLAG_REQ_ONE;
            default -> fua;
        };
    }
}
