// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.IoVector;
import dev.ringfence.memory.NetworkNamespace;
import dev.ringfence.memory.PrivateMemory;
import dev.ringfence.memory.Readiness;
import dev.ringfence.memory.TapDevice;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.VirtioNetHeader;
import java.io.IOException;

/**
 * A process that carries frames between two TAP devices, whole TCP segments of 64 KiB too, and does nothing else: a thread
 * each way that reads, writes, and sleeps when there is nothing. What any driver takes beyond this is its own cost.
 */
final class Relay implements Runnable {
    private static final int FRAME_MAX = VirtioNetHeader.BYTES + (1 << 16) + 64;

    private final Descriptor from;
    private final Descriptor to;
    private final PrivateMemory memory = new PrivateMemory(FRAME_MAX);
    private final Window frame = memory.window();
    private final IoVector vector = new IoVector(1);
    private final Readiness arrival;

    private Relay(Descriptor from, Descriptor to) {
        this.from = from;
        this.to = to;
        this.arrival = new Readiness(new Doorbell.Listener(Doorbell.create().listener()), from);
    }

    /** Arguments: file of a network namespace, name of the interface to make there; the same of the other end. */
    public static void main(String[] arguments) throws Exception {
        Descriptor outside = open(arguments[0], arguments[1]);
        Descriptor inside = open(arguments[2], arguments[3]);
        start(new Relay(inside, outside), "relay-out");
        start(new Relay(outside, inside), "relay-in");
        awaitEndOfInput();
    }

    private static Descriptor open(String namespace, String name) throws Exception {
        return NetworkNamespace.in(namespace, () -> TapDevice.open(name, false, true));
    }

    private static void start(Relay relay, String name) {
        Thread thread = new Thread(relay, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Whoever started us is gone, or wants us to go. */
    private static void awaitEndOfInput() throws IOException {
        while (System.in.read() >= 0) {}
    }

    @Override
    public void run() {
        while (true) {
            vector.clear();
            vector.add(frame, 0, FRAME_MAX);
            long bytes = vector.receive(from);
            if (bytes > 0) {
                vector.clear();
                vector.add(frame, 0, bytes);
                // A frame that the kernel does not take is lost, as on any wire.
                vector.send(to);
            } else {
                arrival.await();
            }
        }
    }
}
