// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.ring;

/**
 * The rules that make a driver's death harmless, each of which can be switched off: so that the tests can show that they
 * would notice, and nobody trusts a proof that can't fail.
 *
 * <p>The system property {@code ringfence.defect} names the one that is switched off, once for the whole life of a process;
 * without it every {@link #isOn} folds to false.
 */
public enum Defect {
    /** What is switched off when nothing is. */
    NONE,
    /** A request is passed in the ring before the journal has it. */
    CONSUMER_BEFORE_TAKEN,
    /** A request is passed in the ring and the journal never says TAKEN. */
    TAKEN_NOT_JOURNALLED,
    /** I/O begins and the journal doesn't say STARTED. */
    STARTED_NOT_JOURNALLED,
    /** An answer is published that the journal has nothing of. */
    DONE_NOT_JOURNALLED,
    /** Responses count as written before they are. */
    COMMITTED_BEFORE_RESPONSE,
    /** The guest sees an answer before it is committed. */
    PUBLISHED_BEFORE_COMMIT,
    /** An entry is free before its answer is committed. */
    FREED_BEFORE_COMMIT,
    /** A successor takes the commit point from the ring, which the guest can write. */
    COMMIT_POINT_FROM_RING,
    /** A successor doesn't make visible what was committed and not published. */
    RESPONSES_NOT_REPUBLISHED,
    /** A successor doesn't ring the guest for what its predecessor has published. */
    GUEST_NOT_RUNG,
    /** A successor does again what its predecessor has journalled as done. */
    DONE_REDONE,
    /** A successor takes committed entries for unanswered ones. */
    COMMITTED_ANSWERED_AGAIN,
    /** A successor replays the last request first. */
    REPLAY_REVERSED,
    /** A successor leaves alone what its predecessor left unfinished. */
    REPLAY_DROPPED,
    /** A successor takes new requests while another queue still replays old ones. */
    GATE_OPEN,
    /** A request begins over an unfinished write of another queue. */
    CLAIMS_OFF,
    /** A claim on sectors ends with the I/O, before the journal knows of its end. */
    CLAIM_ENDS_BEFORE_DONE,
    /** A successor leaves the grants in use that its predecessor had pinned. */
    PINS_NOT_REBUILT,
    /** A flush that failed may succeed the next time. */
    FLUSH_ERROR_FORGOTTEN,
    /** A packet of several slots of a transmit ring is journalled as if it stood in one. */
    PACKET_TAKEN_AS_ONE_SLOT,
    /** The slot of an extra info is answered as if a fragment were in it. */
    EXTRA_INFO_ANSWERED_AS_FRAGMENT,
    /** The guest can be left with the first buffers of a frame. */
    FRAME_COMMITTED_IN_PIECES,
    /** A successor leaves alone the receive buffers that its predecessor has filled and not given back. */
    FILLED_BUFFERS_FORGOTTEN,
    /** A page is the guest's before the journal says what for. */
    FLIPPED_BEFORE_JOURNALLED,
    /** A page that was taken from the guest is filled before the answer is committed that it was taken for. */
    FLIPPED_PAGE_FILLED_AT_ONCE,
    /** A successor answers for pages that it has not seen change hands. */
    FLIP_NOT_FINISHED;

    private static final Defect ACTIVE = valueOf(System.getProperty("ringfence.defect", "NONE"));

    /** The one that is switched on. */
    public static Defect active() {
        return ACTIVE;
    }

    public boolean isOn() {
        return this == ACTIVE;
    }
}
