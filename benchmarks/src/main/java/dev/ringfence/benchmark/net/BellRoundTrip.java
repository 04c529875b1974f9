// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.memory.Doorbell;

/**
 * A notification and its answer between two threads that sleep on doorbells, at the pace of {@link Ping}: two of them are the
 * least that a ping by way of a guest and a driver costs more than one by way of the kernel.
 */
final class BellRoundTrip implements AutoCloseable {
    private final Doorbell.Pair there = Doorbell.create();
    private final Doorbell.Pair back = Doorbell.create();
    private final Doorbell.Ringer ring = new Doorbell.Ringer(there.ringer());
    private final Doorbell.Listener answer = new Doorbell.Listener(back.listener());
    private final Thread echo = new Thread(this::echo, "bell-echo");
    private volatile boolean stopped;

    BellRoundTrip() {
        echo.setDaemon(true);
        echo.start();
    }

    private void echo() {
        Doorbell.Listener listener = new Doorbell.Listener(there.listener());
        Doorbell.Ringer ringer = new Doorbell.Ringer(back.ringer());
        while (!stopped) {
            listener.await();
            ringer.ring();
        }
    }

    /** Microseconds at the median. */
    NetFigures measure() {
        double[] micros = new double[Ping.COUNT];
        for (int i = 0; i < micros.length; i++) {
            Program.pause(Ping.PAUSE_MILLIS);
            long start = System.nanoTime();
            ring.ring();
            answer.await();
            micros[i] = (System.nanoTime() - start) / 1e3;
        }
        return Ping.figures(micros, 0);
    }

    @Override
    public void close() {
        stopped = true;
        ring.ring();
        answer.await();
        there.close();
        back.close();
    }
}
