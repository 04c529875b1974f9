// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.tap;

import dev.ringfence.frontend.net.NetFrontend;
import dev.ringfence.memory.Descriptor;
import java.util.ArrayList;
import java.util.List;

/** Two threads for each pair of queues, between a NIC and the TAP device that stands for it. */
public final class TapGateway implements AutoCloseable {
    private final List<FramesOut> out = new ArrayList<>();
    private final List<FramesIn> in = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Descriptor> taps;

    private TapGateway(NetFrontend nic, List<Descriptor> taps) {
        this.taps = List.copyOf(taps);
        for (int pair = 0; pair < taps.size(); pair++) {
            out.add(new FramesOut(nic.transmitQueues().get(pair), taps.get(pair)));
            in.add(new FramesIn(nic.receiveQueues().get(pair), taps.get(pair)));
        }
    }

    /**
     * Begins.
     *
     * @param nic connected
     * @param taps an open file for each pair of the NIC's queues; ours from now on
     * @param name for the threads
     */
    public static TapGateway start(NetFrontend nic, List<Descriptor> taps, String name) {
        TapGateway gateway = new TapGateway(nic, taps);
        for (int pair = 0; pair < taps.size(); pair++) {
            gateway.start(gateway.out.get(pair), name + "-out-" + pair);
            gateway.start(gateway.in.get(pair), name + "-in-" + pair);
        }
        return gateway;
    }

    private void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Ends it, once the NIC has been told to wake who sleeps on its queues. */
    @Override
    public void close() {
        out.forEach(FramesOut::stop);
        in.forEach(FramesIn::stop);
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        taps.forEach(Descriptor::close);
    }
}
