// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** Waits for a doorbell and another file at once. For one thread at a time; allocates nothing. */
public final class Readiness {
    private static final int POLLFD_BYTES = 8;
    private static final int REVENTS = 6;
    private static final short POLLIN = 1;

    private final Doorbell.Listener bell;
    private final Scratch descriptors = new Scratch(2 * POLLFD_BYTES);

    public Readiness(Doorbell.Listener bell, Descriptor other) {
        this.bell = bell;
        Window table = descriptors.window();
        table.putInt(0, bell.fd());
        table.putShort(4, POLLIN);
        table.putInt(POLLFD_BYTES, other.fd());
        table.putShort(POLLFD_BYTES + 4, POLLIN);
    }

    /**
     * Sleeps until the bell rings, and takes what has rung, or until the other file can be read.
     *
     * @return false when the other file can never be read again, because what it stood for is gone: who waits for it once
     *     more does not sleep
     */
    public boolean await() {
        Window table = descriptors.window();
        table.putShort(REVENTS, (short) 0);
        table.putShort(POLLFD_BYTES + REVENTS, (short) 0);
        LibC.INSTANCE.poll(descriptors.address(), 2, -1);
        if (table.getShort(REVENTS) != 0) {
            bell.await();
        }
        short other = table.getShort(POLLFD_BYTES + REVENTS);
        return other == 0 || (other & POLLIN) != 0;
    }
}
