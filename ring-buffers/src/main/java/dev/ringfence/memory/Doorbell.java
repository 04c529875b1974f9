// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

/**
 * One direction of an event channel: a pipe whose two ends have one user each.
 *
 * <p>A pipe and not an eventfd because the two ends are two open files: {@code O_NONBLOCK} belongs to the open file, and with
 * an eventfd passed to both sides a hostile peer could clear it and fill the counter, so that ringing blocks, or set
 * it, so that waiting spins. Both cost the same here. Rings coalesce: a full pipe is as loud as one byte.
 */
public final class Doorbell {
    private static final int O_CLOEXEC = 0x80000;
    private static final int O_NONBLOCK = 0x800;
    private static final int F_SETFL = 4;
    private static final int DRAIN_BYTES = 64;
    private static final int POLLIN = 1;

    private Doorbell() {}

    /** Both ends, before they are handed to the two sides. */
    public record Pair(Descriptor ringer, Descriptor listener) implements AutoCloseable {
        @Override
        public void close() {
            ringer.close();
            listener.close();
        }
    }

    /** A new doorbell: ringing never blocks, listening does. */
    public static Pair create() {
        try (Scratch ends = new Scratch(8)) {
            LinuxException.check("pipe2", LibC.INSTANCE.pipe2(ends.address(), O_CLOEXEC));
            Descriptor listener = new Descriptor(ends.window().getInt(0));
            Descriptor ringer = new Descriptor(ends.window().getInt(4));
            LinuxException.check("fcntl(F_SETFL)", LibC.INSTANCE.fcntl(ringer.fd(), F_SETFL, O_NONBLOCK));
            return new Pair(ringer, listener);
        }
    }

    /** The end that rings. Any thread; allocates nothing. */
    public static final class Ringer implements AutoCloseable {
        private final Descriptor descriptor;
        private final int fd;
        private final Scratch one = new Scratch(8);

        public Ringer(Descriptor descriptor) {
            this.descriptor = descriptor;
            this.fd = descriptor.fd();
        }

        /** Wakes the listener. False when nobody listens any more. */
        public boolean ring() {
            long written = LibC.INSTANCE.write(fd, one.address(), 1);
            return written == 1 || Errno.last() == Errno.EAGAIN;
        }

        @Override
        public void close() {
            descriptor.close();
        }
    }

    /** The end that listens. One thread at a time; allocates nothing. */
    public static final class Listener implements AutoCloseable {
        private final Descriptor descriptor;
        private final int fd;
        private final Scratch buffer = new Scratch(DRAIN_BYTES);

        public Listener(Descriptor descriptor) {
            this.descriptor = descriptor;
            this.fd = descriptor.fd();
        }

        public int fd() {
            return fd;
        }

        /** For a listener that sleeps in epoll: from now on {@link #await} returns at once when nothing rang. */
        public void nonBlocking() {
            LinuxException.check("fcntl(F_SETFL)", LibC.INSTANCE.fcntl(fd, F_SETFL, O_NONBLOCK));
        }

        /** Sleeps until the bell rings, and takes what has rung so far. */
        public void await() {
            LibC.INSTANCE.read(fd, buffer.address(), DRAIN_BYTES);
        }

        /** Sleeps until the bell rings or the time is over; true when it rang. */
        public boolean await(int timeoutMillis) {
            Window poll = buffer.window();
            poll.putInt(0, fd);
            poll.putShort(4, (short) POLLIN);
            poll.putShort(6, (short) 0);
            if (LibC.INSTANCE.poll(buffer.address(), 1, timeoutMillis) != 1) {
                return false;
            }
            await();
            return true;
        }

        @Override
        public void close() {
            descriptor.close();
        }
    }
}
