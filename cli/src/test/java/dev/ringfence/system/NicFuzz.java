// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.store.DeviceState;
import java.util.Random;

/** Random packets and buffers, some almost right, in slots and pages that change while they are read. */
final class NicFuzz {
    private static final int ROUNDS = 60;
    private static final int PACKETS = 10;
    private static final int FLIPS = 2_000;

    private final RawNic nic;
    private final Random random;
    private int ends;

    private NicFuzz(RawNic nic, long seed) {
        this.nic = nic;
        this.random = new Random(seed);
    }

    /** {@code ended N}: how often the driver ended the connection. */
    static String run(RawNic nic, long seed) {
        NicFuzz fuzz = new NicFuzz(nic, seed);
        for (int round = 0; round < ROUNDS; round++) {
            fuzz.round();
        }
        return "ended " + fuzz.ends;
    }

    private void round() {
        for (int i = random.nextInt(20); i > 0; i--) {
            // Now and then the page of a ring: what arrives goes over what was asked.
            int ref = random.nextInt(30) == 0 ? RawNic.RX_RING_REF : RawNic.BUFFER_REF + random.nextInt(80);
            nic.post(random.nextInt(1 << 16), ref);
        }
        for (int i = 0; i < PACKETS; i++) {
            putPacket();
        }
        nic.show(random.nextInt(8) == 0 ? random.nextInt() : nic.sent());
        for (int i = 0; i < FLIPS; i++) {
            flip();
        }
        ends += nic.state() == DeviceState.CONNECTED ? 0 : 1;
        nic.reconnect();
    }

    private void putPacket() {
        boolean extra = random.nextInt(3) == 0;
        int fragments = 1 + random.nextInt(random.nextInt(5) == 0 ? 22 : 4);
        for (int i = 0; i < fragments; i++) {
            int flags = i < fragments - 1 ? NetifLayout.MORE_DATA : 0;
            flags |= i == 0 && extra ? NetifLayout.EXTRA_INFO : 0;
            flags |= random.nextInt(16) == 0 ? random.nextInt(1 << 16) : random.nextInt(2);
            int size = i == 0 ? fragments * 200 : random.nextInt(10) == 0 ? random.nextInt(1 << 16) : 200;
            int ref = RawNic.DATA_REF + random.nextInt(random.nextInt(50) == 0 ? 500 : 32);
            nic.put(ref, random.nextInt(10) == 0 ? random.nextInt(4096) : 0, flags, random.nextInt(1 << 16), size);
            if (i == 0 && extra) {
                nic.putExtra(random.nextBoolean() ? random.nextLong() : 1 | 1448L << 16 | 1L << 32);
            }
        }
    }

    /** One byte of a slot that may be on its way, or of the headers in a page. */
    private void flip() {
        switch (random.nextInt(3)) {
            case 0 -> nic.page(random.nextInt(2)).putByte(random.nextInt(64), (byte) random.nextInt());
            case 1 -> flip(nic.transmitRing(), nic.sent(), NetifLayout.TX_REQUEST_BYTES);
            default -> flip(nic.receiveRing(), nic.posted(), NetifLayout.RX_REQUEST_BYTES);
        }
    }

    private void flip(Window ring, int produced, int bytes) {
        int slot = random.nextInt(Math.max(1, produced)) % RawNic.SLOTS;
        ring.putByte(RingLayout.HEADER_BYTES + (long) slot * bytes + random.nextInt(bytes), (byte) random.nextInt());
    }
}
