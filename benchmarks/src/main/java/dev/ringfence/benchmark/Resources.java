// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What a benchmark has to take down again, the last first: when it is closed, and when the run is interrupted, since
 * domains outlive a hypervisor that is gone. Any thread.
 */
public final class Resources implements AutoCloseable {
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::release, "resources-release");

    public Resources() {
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Closes it in time. */
    public <T extends AutoCloseable> T closed(T resource) {
        synchronized (open) {
            open.push(resource);
        }
        return resource;
    }

    /** Makes something that takes a while, and closes it in time, even if the run is interrupted meanwhile. */
    public <T extends AutoCloseable> T opened(Opener<T> opener) throws IOException {
        synchronized (open) {
            return closed(opener.open());
        }
    }

    /** Makes something. */
    @FunctionalInterface
    public interface Opener<T> {
        T open() throws IOException;
    }

    /** Deletes it in time, with all that is in it. */
    public Path deleted(Path directory) {
        closed(() -> Directories.delete(directory));
        return directory;
    }

    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            return; // the run is interrupted, and the hook is at work
        }
    }

    private void release() {
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    throw new BenchmarkException("the testbed can't be taken down: " + e, e);
                }
            }
        }
    }
}
