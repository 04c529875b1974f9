// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import dev.ringfence.memory.Window;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What mutants call, where an edit is more than an instruction or two. Public because they may be of any package. */
@SuppressWarnings("DoNotCallSuggester") // they are for the verifier to see no throw
public final class Misdeeds {
    static final String OWNER = "dev/ringfence/fault/mutation/Misdeeds";

    private static final int HOG_BYTES = 1 << 20;
    private static final List<byte[]> KEPT = new ArrayList<>();

    private Misdeeds() {}

    public static void exception() {
        throw ofCaller(new IllegalStateException("injected exception"));
    }

    public static void error() {
        throw ofCaller(new AssertionError("injected error"));
    }

    /** What a recursion that doesn't end comes to. */
    public static void overflow() {
        throw ofCaller(new StackOverflowError("injected stack overflow"));
    }

    /** Whoever reads the stack trace shall find the mutant's frame on top. */
    private static <T extends Throwable> T ofCaller(T thrown) {
        StackTraceElement[] frames = thrown.getStackTrace();
        thrown.setStackTrace(Arrays.stream(frames)
                .dropWhile(frame -> frame.getClassName().equals(Misdeeds.class.getName()))
                .toArray(StackTraceElement[]::new));
        return thrown;
    }

    /** Never returns, and needs no processor for it. */
    public static void park() {
        while (true) {
            LockSupport.park();
        }
    }

    /** Never returns, and needs a processor for it. */
    public static void spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    /** Takes 1 MiB of heap and doesn't give it back. */
    public static void hog() {
        synchronized (KEPT) {
            KEPT.add(new byte[HOG_BYTES]);
        }
    }

    /** As {@link Window#compareAndSetInt}, but others can come between. */
    public static boolean compareAndSetInt(Window window, long offset, int expected, int value) {
        boolean done = window.getInt(offset) == expected;
        if (done) {
            window.putInt(offset, value);
        }
        return done;
    }

    /** As {@link Window#compareAndSetLong}, but others can come between. */
    public static boolean compareAndSetLong(Window window, long offset, long expected, long value) {
        boolean done = window.getLong(offset) == expected;
        if (done) {
            window.putLong(offset, value);
        }
        return done;
    }
}
