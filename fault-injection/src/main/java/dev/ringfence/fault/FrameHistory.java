// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.TaggedFrame.Way;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a guest and the world have sent each other, what the guest was told of it and what arrived, and the judgement on it.
 *
 * <table>
 *   <caption>What a NIC may do</caption>
 *   <tr><th></th><th>while its driver lives</th><th>when a driver dies</th></tr>
 *   <tr><td>another content, another header</td><td>never: {@link Nature#DATA}</td><td>never</td></tr>
 *   <tr><td>a frame out is told sent, and does not arrive</td><td>{@link Nature#LOSS}</td><td>the same</td></tr>
 *   <tr><td>a frame out arrives again</td><td>{@link Nature#LOSS}</td><td>once, if it was under way: its heir can't know</td></tr>
 *   <tr><td>a frame in does not arrive</td><td>{@link Nature#LOSS}</td><td>if it was under way: as many as there were posted buffers,
 *     and one</td></tr>
 *   <tr><td>a frame in arrives again</td><td>{@link Nature#LOSS}</td><td>the same</td></tr>
 *   <tr><td>one overtakes another</td><td>{@link Nature#LOSS}</td><td>if it was under way: two uplinks may be at it</td></tr>
 *   <tr><td>a frame out is told not sent</td><td>{@link Nature#ERROR}</td><td>the same</td></tr>
 * </table>
 *
 * <p>A network may lose, double and reorder, and its users know how to live with that. A NIC that does it with nobody's death to
 * explain it is at fault none the less; it is not silent, since sequence numbers tell. Any thread.
 */
public final class FrameHistory {
    private final Map<Way, List<Journey>> journeys = new EnumMap<>(Way.class);
    private final int[] last = {-1, -1};
    private final List<Violation> violations = new ArrayList<>();
    private int lossesAllowed;
    private int lost;
    private int doubled;
    private int failures;

    /** One frame on its way. */
    private static final class Journey {
        final TaggedFrame frame;
        int arrivals;
        int arrivalsAllowed = 1;
        boolean answered;
        boolean failed;
        /** It was under way when a driver ended. */
        boolean orphaned;

        boolean overtaken;
        boolean settled;

        Journey(TaggedFrame frame) {
            this.frame = frame;
        }

        @Override
        public String toString() {
            return "frame " + frame.number() + " " + frame.way() + " of " + frame.bytes() + " bytes";
        }
    }

    public FrameHistory() {
        for (Way way : Way.values()) {
            journeys.put(way, new ArrayList<>());
        }
    }

    /** The next frame of a way, before anybody can see it. */
    public synchronized TaggedFrame send(Way way, int bytes, int segmentBytes, boolean checksumBlank, boolean toAll) {
        List<Journey> sent = journeys.get(way);
        TaggedFrame frame = new TaggedFrame(way, sent.size(), bytes, segmentBytes, checksumBlank, toAll);
        sent.add(new Journey(frame));
        return frame;
    }

    /** The guest has seen the answers to all slots of a frame out. */
    public synchronized void answered(TaggedFrame frame, boolean sent) {
        Journey journey = journeys.get(Way.OUT).get(frame.number());
        journey.answered = true;
        journey.failed = !sent;
        if (!sent) {
            failures++;
            violation(Nature.ERROR, journey + " was not sent");
        }
    }

    /** A frame has come out at the other end, with what is said of it. */
    public synchronized void arrived(Way way, byte[] content, int segmentBytes, boolean checksumBlank) {
        int number = TaggedFrame.number(content);
        List<Journey> sent = journeys.get(way);
        if (number < 0
                || number >= sent.size()
                || !Arrays.equals(content, sent.get(number).frame.content())) {
            violation(Nature.DATA, "bytes=" + content.length + " came " + way + " that nobody sent: number=" + number);
            return;
        }
        Journey journey = sent.get(number);
        TaggedFrame frame = journey.frame;
        if (segmentBytes != frame.segmentBytes() || checksumBlank != frame.checksumBlank()) {
            violation(
                    Nature.DATA,
                    journey + " came with segmentBytes=" + segmentBytes + " checksumBlank=" + checksumBlank
                            + ", sent as " + frame);
        }
        arrived(journey, number);
    }

    private void arrived(Journey journey, int number) {
        int way = journey.frame.way().ordinal();
        journey.arrivals++;
        journey.overtaken |= number < last[way] && journey.arrivals == 1;
        doubled += journey.arrivals > 1 ? 1 : 0;
        last[way] = Math.max(last[way], number);
        if (journey.settled) {
            violation(Nature.LOSS, journey + " came when nothing was under way any more, after " + last[way]);
        }
    }

    /**
     * A driver is dead, or done. What it was seen to do last may have been its heir's doing already, so all that was sent since
     * {@link #settled} counts as under way.
     *
     * @param postedBuffers that it may have had a frame in
     */
    public synchronized void died(int postedBuffers) {
        lossesAllowed += postedBuffers + 1;
        for (Way way : Way.values()) {
            journeys.get(way).stream().filter(journey -> !journey.settled).forEach(journey -> {
                journey.orphaned = true;
                journey.arrivalsAllowed += way == Way.OUT ? 1 : 0;
            });
        }
    }

    /** Nothing is under way any more: what has not arrived is lost. */
    public synchronized void settled() {
        for (List<Journey> sent : journeys.values()) {
            sent.stream()
                    .filter(journey -> !journey.settled)
                    .filter(journey -> journey.frame.way() == Way.IN || journey.answered)
                    .forEach(this::settle);
        }
    }

    private void settle(Journey journey) {
        journey.settled = true;
        if (journey.arrivals == 0 && !journey.failed) {
            lost++;
            boolean right = journey.frame.way() == Way.IN && journey.orphaned && lossesAllowed > 0;
            lossesAllowed -= right ? 1 : 0;
            if (!right) {
                violation(Nature.LOSS, journey + " is lost");
            }
        }
        if (journey.arrivals > journey.arrivalsAllowed) {
            violation(Nature.LOSS, journey + " came " + journey.arrivals + " times");
        }
        if (journey.overtaken && !journey.orphaned) {
            violation(Nature.LOSS, journey + " was overtaken");
        }
    }

    /** All frames to the guest have arrived, or have been given up by {@link #settled}. */
    public synchronized boolean isAllIn() {
        return journeys.get(Way.IN).stream().allMatch(journey -> journey.arrivals > 0 || journey.settled);
    }

    /** Something else that must not be. */
    public synchronized void violation(Nature nature, String what) {
        violations.add(new Violation(nature, what));
    }

    /** Something of this kind was found already, before all is judged. */
    public synchronized boolean has(Nature nature) {
        return violations.stream().anyMatch(violation -> violation.nature() == nature);
    }

    /** Frames that were lost. */
    public synchronized int lost() {
        return lost;
    }

    /** Times that a frame came again. */
    public synchronized int doubled() {
        return doubled;
    }

    /** Frames that the guest was told were not sent. */
    public synchronized int failures() {
        return failures;
    }

    /** All that is wrong; empty when the NIC did what a NIC may do. */
    public synchronized List<Violation> judge() {
        List<Violation> found = new ArrayList<>(violations);
        journeys.get(Way.OUT).stream()
                .filter(journey -> !journey.answered)
                .forEach(journey -> found.add(new Violation(Nature.UNANSWERED, journey + " is never answered")));
        return found;
    }
}
