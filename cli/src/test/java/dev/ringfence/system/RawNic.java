// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.awaitility.Awaitility.await;

import dev.ringfence.domain.EventChannel;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.NetifLayout;
import dev.ringfence.protocol.RxRequest;
import dev.ringfence.protocol.RxResponse;
import dev.ringfence.protocol.TxRequest;
import dev.ringfence.protocol.TxResponse;
import dev.ringfence.ring.RingLayout;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.StoreClient;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;

/**
 * A NIC in a guest that does everything by hand, right or wrong: ring indices and slots too.
 *
 * <pre>
 *   ref    8       9       16 to 47      64 to 127       free
 *   frame  0       1       2 to 33       34 to 97        of those the guest may grant
 *          tx ring rx ring data to send  receive buffers
 * </pre>
 */
final class RawNic extends RawDevice {
    static final int TX_RING_REF = 8;
    static final int RX_RING_REF = 9;
    static final int DATA_REF = 16;
    static final int BUFFER_REF = 64;
    static final int FREE_REF = 200;
    static final int BUFFERS = 64;
    static final int SLOTS = 256;
    /** Of the frame in the first data page: who has 10.9.1.1? */
    static final int ARP_BYTES = 42;
    /** Of the TCP segment in the second data page. */
    static final int TCP_BYTES = 100;

    private static final int DATA_PAGES = 32;
    private static final int FIRST_DATA = 2;
    static final int FIRST_BUFFER = FIRST_DATA + DATA_PAGES;
    private static final int REQ_PROD = 0;
    private static final int REQ_EVENT = 4;
    private static final int RSP_PROD = 8;
    private static final int RSP_EVENT = 12;
    private static final byte[] ARP = HexFormat.of()
            .parseHex("ffffffffffff" + "020000000001" + "0806" + "0001080006040001" + "020000000001" + "0a090102"
                    + "000000000000" + "0a090101");
    private static final byte[] TCP = HexFormat.of()
            .parseHex("ffffffffffff" + "020000000001" + "0800" + "450000560000400040060000" + "0a090102" + "0a090101"
                    + "1f90c350" + "0000000000000000" + "5010" + "faf0" + "00000000");

    private final Window transmit;
    private final Window receive;
    private final EventChannel transmitChannel;
    private final EventChannel receiveChannel;
    private int sent;
    private int answered;
    private int posted;
    private int filled;

    RawNic(Hypercalls hypercalls, StoreClient store, String frontend) {
        super(hypercalls, store, frontend, "handle");
        transmit = frames(0, 1);
        receive = frames(1, 1);
        transmitChannel = allocateChannel();
        receiveChannel = allocateChannel();
        restoreGrants();
        page(0).put(0, ARP, 0, ARP.length);
        page(1).put(0, TCP, 0, TCP.length);
    }

    private void restoreGrants() {
        grant(FREE_REF, 0, 0, 0);
        grant(TX_RING_REF, PERMIT, driver(), 0);
        grant(RX_RING_REF, PERMIT, driver(), 1);
        for (int page = 0; page < DATA_PAGES; page++) {
            grant(DATA_REF + page, PERMIT_READONLY, driver(), FIRST_DATA + page);
        }
        for (int buffer = 0; buffer < BUFFERS; buffer++) {
            grant(BUFFER_REF + buffer, PERMIT, driver(), FIRST_BUFFER + buffer);
        }
    }

    /** The page behind one of the refs from {@link #DATA_REF} on. */
    Window page(int page) {
        return frames(FIRST_DATA + page, 1);
    }

    /** Connects as one should, but posts no buffer. */
    void connect() {
        connect("1");
    }

    /** As one that receives by page flip. */
    void reconnectFlipping() {
        close();
        restoreGrants();
        connect("0");
    }

    private void connect(String copies) {
        requireConnected(connect(Map.of(
                "tx-ring-ref", Integer.toString(TX_RING_REF),
                "rx-ring-ref", Integer.toString(RX_RING_REF),
                "event-channel-tx", Integer.toString(transmitChannel.port()),
                "event-channel-rx", Integer.toString(receiveChannel.port()),
                "request-rx-copy", copies)));
    }

    void reconnect() {
        close();
        restoreGrants();
        connect();
    }

    @Override
    void initialiseRings() {
        for (Window ring : new Window[] {transmit, receive}) {
            ring.fill(0, ring.bytes(), (byte) 0);
            ring.putInt(REQ_EVENT, 1);
            ring.putIntRelease(RSP_EVENT, 1);
        }
        sent = 0;
        answered = 0;
        posted = 0;
        filled = 0;
    }

    Window transmitRing() {
        return transmit;
    }

    Window receiveRing() {
        return receive;
    }

    int sent() {
        return sent;
    }

    int posted() {
        return posted;
    }

    private long nextTransmitSlot() {
        return RingLayout.HEADER_BYTES + (long) (sent++ % SLOTS) * NetifLayout.TX_REQUEST_BYTES;
    }

    /** Puts a slot, invisible yet. */
    void put(int gref, int offset, int flags, int id, int size) {
        TxRequest.encode(transmit, nextTransmitSlot(), gref, offset, flags, id, size);
    }

    /** Puts an extra info, its eight bytes the first lowest. */
    void putExtra(long word) {
        transmit.putLong(nextTransmitSlot(), word);
    }

    /** Shows any number of slots, there or not. */
    void show(int producer) {
        transmit.putIntRelease(REQ_PROD, producer);
        transmitChannel.ringer().ring();
    }

    /** Shows what was put, and waits for all answers or the end; {@code status N...} or {@code closed: WHY}. */
    String perform() {
        show(sent);
        StringBuilder statuses = new StringBuilder("status");
        TxResponse response = new TxResponse();
        while (answered != sent) {
            if (!awaitChange(transmit, answered)) {
                return "closed: " + error();
            }
            response.decode(
                    transmit, RingLayout.HEADER_BYTES + (long) (answered % SLOTS) * NetifLayout.TX_REQUEST_BYTES);
            statuses.append(' ').append(response.status());
            answered++;
        }
        return statuses.toString();
    }

    /** Sends without looking at any answer's content, as fast as the driver takes it. */
    int flood(long nanos) {
        long since = System.nanoTime();
        int before = sent;
        while (System.nanoTime() - since < nanos) {
            answered = transmit.getIntAcquire(RSP_PROD);
            while (sent - answered < SLOTS) {
                put(DATA_REF, 0, 0, sent & 0xffff, ARP_BYTES);
            }
            show(sent);
        }
        perform();
        return sent - before;
    }

    /** Posts a receive buffer, visible at once. */
    void post(int id, int gref) {
        RxRequest.encode(
                receive, RingLayout.HEADER_BYTES + (long) (posted++ % SLOTS) * NetifLayout.RX_REQUEST_BYTES, id, gref);
        showBuffers(posted);
    }

    /** Shows any number of buffers, there or not. */
    void showBuffers(int producer) {
        receive.putIntRelease(REQ_PROD, producer);
        receiveChannel.ringer().ring();
    }

    /** Has a frame sent here, for each buffer that is posted, until all are filled or all is over. */
    String awaitFrames() {
        StringBuilder statuses = new StringBuilder("received");
        RxResponse response = new RxResponse();
        while (filled != posted) {
            put(DATA_REF, 0, 0, 1, ARP_BYTES);
            String outcome = perform();
            if (outcome.startsWith("closed") || !awaitChange(receive, filled)) {
                return "closed: " + error();
            }
            long at = RingLayout.HEADER_BYTES + (long) (filled % SLOTS) * NetifLayout.RX_REQUEST_BYTES;
            response.decode(receive, at);
            statuses.append(response.status() >= NetifLayout.MIN_PACKET_BYTES ? " frame" : " " + response.status());
            filled++;
        }
        return statuses.toString();
    }

    private boolean awaitChange(Window ring, int seen) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .atMost(PATIENCE)
                .until(() -> ring.getIntAcquire(RSP_PROD) != seen || state() != DeviceState.CONNECTED);
        return ring.getIntAcquire(RSP_PROD) != seen;
    }
}
