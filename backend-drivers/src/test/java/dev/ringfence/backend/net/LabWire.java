// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.FrameHeaders;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What is outside of the machine: it knows which frames have to come, and sends some. It outlives the drivers, as a TAP device
 * does. A call of a driver is done or not, as a system call is, and the driver can die right after it.
 */
final class LabWire implements NetworkPort {
    private final CrashClock clock;
    private final List<String> violations;
    private final PrivateMemory memory = new PrivateMemory(1 << 17);
    private final Window copy = memory.window();
    private final List<Integer> expectedBytes = new ArrayList<>();
    private final List<Integer> expectedGso = new ArrayList<>();
    private final Deque<byte[]> arriving = new ArrayDeque<>();
    /** By number of the frame: the life that took it from the wire. */
    private final List<Integer> takenBy = new ArrayList<>();

    private int offered;
    private int life;
    /** The last one that came, of all and of this life. */
    private int last = -1;

    private int lastOfLife = -1;
    private int doubled;

    LabWire(CrashClock clock, List<String> violations) {
        this.clock = clock;
        this.violations = violations;
    }

    /** The guest is about to send a frame; its number. */
    int expect(int bytes, int gsoSize) {
        expectedBytes.add(bytes);
        expectedGso.add(gsoSize);
        return expectedBytes.size() - 1;
    }

    /** A frame for the guest. */
    void offer(int bytes, int gsoSize) {
        arriving.add(LabFrames.arriving(offered++, bytes, gsoSize));
    }

    boolean hasFrame() {
        return !arriving.isEmpty();
    }

    /** The driver has died, and another takes its place. */
    void nextLife() {
        life++;
        lastOfLife = -1;
    }

    @Override
    public int send(IoVector frame, FrameHeaders headers, int gsoType) {
        byte[] bytes = new byte[(int) frame.length()];
        clock.aside(() -> frame.copyTo(copy, 0));
        copy.get(0, bytes, 0, bytes.length);
        sent(bytes);
        clock.stored(true);
        return 0;
    }

    /** In order but for repeats: a life begins anywhere at or before the first frame that never came, and leaves none out. */
    private void sent(byte[] bytes) {
        int number = LabFrames.number(bytes, LabFrames.HEADER_BYTES);
        if (number < 0 || number >= expectedBytes.size()) {
            violations.add("a frame was sent that nobody wrote: bytes=" + bytes.length);
            return;
        }
        int gso = bytes[1] == 0 ? 0 : (bytes[4] & 0xff) + ((bytes[5] & 0xff) << 8);
        if (bytes.length - LabFrames.HEADER_BYTES != expectedBytes.get(number) || gso != expectedGso.get(number)) {
            violations.add("frame " + number + " was sent with bytes=" + bytes.length + " gso=" + gso);
        }
        if (number > last + 1 || lastOfLife >= 0 && number != lastOfLife + 1) {
            violations.add("frame " + number + " was sent after " + last + ", in this life after " + lastOfLife);
        }
        doubled += number <= last ? 1 : 0;
        lastOfLife = number;
        last = Math.max(last, number);
    }

    /** Frames that came, repeats not counted. */
    int came() {
        return last + 1;
    }

    int expected() {
        return expectedBytes.size();
    }

    /** Frames that came once more than they had to. */
    int doubled() {
        return doubled;
    }

    @Override
    public int receive(IoVector frame) {
        byte[] next = arriving.poll();
        if (next == null) {
            return 0;
        }
        takenBy.add(life);
        clock.stored(true);
        clock.aside(() -> {
            // What is behind the frame is nobody's business.
            copy.fill(0, copy.bytes(), (byte) 0x5a);
            copy.put(0, next, 0, next.length);
            frame.copyFrom(copy, 0);
        });
        clock.stored(true);
        return (int) Math.min(next.length, frame.length());
    }

    /** Frames that drivers have taken from the wire. */
    int taken() {
        return takenBy.size();
    }

    /** A frame that a driver took which is dead: it may be lost. */
    boolean diedWithIt(int number) {
        return takenBy.get(number) < life;
    }

    @Override
    public Descriptor arrival() {
        throw new UnsupportedOperationException("a driver in the lab does not sleep");
    }

    @Override
    public void attach(boolean attached) {
        throw new UnsupportedOperationException("this port is the only one");
    }

    @Override
    public void prepare(Offloads taken) {
        throw new UnsupportedOperationException("no handshake comes here");
    }

    @Override
    public int mtu() {
        return 1500;
    }

    @Override
    public void close() {
        // Memory of its own only.
    }
}
