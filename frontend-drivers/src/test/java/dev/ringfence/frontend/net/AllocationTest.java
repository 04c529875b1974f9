// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.ringfence.protocol.NetifLayout;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** That a frame costs the guest no garbage, in either direction. */
class AllocationTest implements FrameReceiver {
    private static final int FRAMES = 20_000;
    private static final int ROUNDS = 50;

    private int received;

    @Override
    public void received(IncomingFrame frame) {
        received += frame.bytes() > 0 ? 1 : 0;
    }

    @Test
    void aFrameAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue(threads.isThreadAllocatedMemorySupported(), "needs a JVM that counts allocated bytes");
        try (ScriptedNetDriver driver = new ScriptedNetDriver(0)) {
            long allocated = Long.MAX_VALUE;
            // Code that isn't compiled yet allocates where compiled code does not.
            for (int round = 0; round < ROUNDS && allocated >= FRAMES; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                run(driver);
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
            }
            assertThat(allocated / FRAMES).isZero();
            assertThat(received).isGreaterThanOrEqualTo(FRAMES);
        }
    }

    private void run(ScriptedNetDriver driver) {
        for (int i = 0; i < FRAMES; i++) {
            OutgoingFrame frame = driver.transmit.begin();
            driver.transmit.send(i % 2 == 0 ? frame.plain(60) : frame.segments(40_000, NetifLayout.GSO_TCPV4, 1448));
            driver.transmit.publish();
            driver.answerUnseen();
            driver.transmit.poll();
            driver.transmit.arm();
            driver.post();
            driver.respond(0, 0, 60);
            driver.publish();
            driver.receive.poll(this);
            driver.receive.arm();
        }
    }
}
