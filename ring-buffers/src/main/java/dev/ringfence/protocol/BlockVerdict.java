// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.protocol;

/** What becomes of a request; {@link BlockValidation} has the table. */
public enum BlockVerdict {
    OK(Kind.DO),

    UNKNOWN_OPERATION(Kind.ANSWER_UNSUPPORTED),
    BARRIER(Kind.ANSWER_UNSUPPORTED),
    FLUSH_UNSUPPORTED(Kind.ANSWER_UNSUPPORTED),
    DISCARD_UNSUPPORTED(Kind.ANSWER_UNSUPPORTED),
    DISCARD_FLAG_UNSUPPORTED(Kind.ANSWER_UNSUPPORTED),
    INDIRECT_UNSUPPORTED(Kind.ANSWER_UNSUPPORTED),

    READ_ONLY(Kind.ANSWER_ERROR),
    PAST_THE_END(Kind.ANSWER_ERROR),
    EMPTY_DISCARD(Kind.ANSWER_ERROR),
    FLUSH_WITH_DATA(Kind.ANSWER_ERROR),

    TOO_MANY_SEGMENTS(Kind.VIOLATION),
    NO_SEGMENTS(Kind.VIOLATION),
    SEGMENT_BACKWARDS(Kind.VIOLATION),
    SEGMENT_OUTSIDE_PAGE(Kind.VIOLATION),
    MISALIGNED(Kind.VIOLATION),
    NESTED_INDIRECT(Kind.VIOLATION),
    INDIRECT_WITHOUT_TRANSFER(Kind.VIOLATION),
    SECTOR_OVERFLOW(Kind.VIOLATION);

    /** What a back-end does with the request. */
    public enum Kind {
        /** Performs it. */
        DO,
        /** Answers BLKIF_RSP_ERROR: a correct front-end can get here. */
        ANSWER_ERROR,
        /** Answers BLKIF_RSP_EOPNOTSUPP: a correct front-end can get here. */
        ANSWER_UNSUPPORTED,
        /** Closes the connection: no correct front-end sends this. */
        VIOLATION
    }

    private final Kind kind;

    BlockVerdict(Kind kind) {
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    public boolean isViolation() {
        return kind == Kind.VIOLATION;
    }

    /** True when the request is answered without being performed. */
    public boolean isAnswer() {
        return kind == Kind.ANSWER_ERROR || kind == Kind.ANSWER_UNSUPPORTED;
    }

    /** What to answer when the request is not to be performed. */
    public int status() {
        return kind == Kind.ANSWER_UNSUPPORTED ? BlkifLayout.EOPNOTSUPP : BlkifLayout.ERROR;
    }
}
