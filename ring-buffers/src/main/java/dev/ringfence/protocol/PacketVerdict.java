// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

/** What becomes of a packet; {@link TxPacket} and {@link RxPacket} have the rules. */
public enum PacketVerdict {
    OK(Kind.PASS),

    TOO_MANY_FRAGMENTS(Kind.DROP),
    FRAGMENTS_EXCEED_PACKET(Kind.DROP),
    TOO_SHORT(Kind.DROP),
    PEER_ERROR(Kind.DROP),

    MALICIOUS_FRAGMENTS(Kind.VIOLATION),
    OUTSIDE_PAGE(Kind.VIOLATION),
    TRUNCATED(Kind.VIOLATION),
    EXTRA_WITHOUT_TYPE(Kind.VIOLATION),
    EXTRA_TWICE(Kind.VIOLATION),
    GSO_SIZE(Kind.VIOLATION),
    GSO_TYPE(Kind.VIOLATION),
    GSO_PREFIX(Kind.VIOLATION);

    /** What the receiver of the packet does with it. */
    public enum Kind {
        /** Passes it on. */
        PASS,
        /** Throws it away, and says so where the protocol has an answer: an old or unlucky peer can get here. */
        DROP,
        /** Closes the connection: no correct peer sends this. */
        VIOLATION
    }

    private final Kind kind;

    PacketVerdict(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isViolation() {
        return kind == Kind.VIOLATION;
    }
}
