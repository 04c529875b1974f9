// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/** Whether something waits to be read from a file that somebody else reads. For one thread at a time; allocates nothing. */
public final class Arrival {
    private static final int POLLFD_BYTES = 8;
    private static final int REVENTS = 6;
    private static final short POLLIN = 1;

    private final Scratch poll = new Scratch(POLLFD_BYTES);

    /** @param file to be kept open by the caller */
    public Arrival(Descriptor file) {
        poll.window().putInt(0, file.fd());
        poll.window().putShort(4, POLLIN);
    }

    /** False too for a file that is no good any more, such as that of an interface that was deleted. */
    public boolean isThere() {
        Window table = poll.window();
        table.putShort(REVENTS, (short) 0);
        return LibC.INSTANCE.poll(poll.address(), 1, 0) == 1 && table.getShort(REVENTS) == POLLIN;
    }
}
