// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.memory.CrashPoint;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Processes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** What a driver's process does to itself when its {@link ProcessFault} says so. */
final class Misdeeds {
    private static final int MEMORY_BYTES = 1 << 20;
    private static final int DESCRIPTORS = 400;
    private static final int THREADS = 200;

    /** Those that were hogged, so that nobody collects them. */
    private static final List<Object> HOGGED = new ArrayList<>();

    private Misdeeds() {}

    /** By a worker, at a store of its; returns from those kinds that leave it able to serve on. */
    static void commit(ProcessFault.Kind kind) {
        switch (kind) {
            case KILL -> Processes.killSelf();
            case STOP -> Processes.signal(ProcessHandle.current().pid(), Processes.SIGSTOP);
            case EXIT -> System.exit(1);
            case SEGV -> Processes.crashSelf();
            case MEMORY_HOG -> hogMemory();
            case CPU_HOG -> hogProcessor();
            case DESCRIPTOR_HOG -> hogDescriptors();
            case THREAD_HOG -> hogThreads();
            default -> CrashPoint.exitThread();
        }
    }

    private static void hogMemory() {
        List<byte[]> taken = new ArrayList<>();
        while (taken.size() < Integer.MAX_VALUE) {
            taken.add(new byte[MEMORY_BYTES]);
        }
    }

    private static void hogProcessor() {
        while (!HOGGED.contains(Thread.currentThread())) {
            Thread.onSpinWait();
        }
    }

    private static void hogDescriptors() {
        for (int i = 0; i < DESCRIPTORS; i++) {
            HOGGED.add(Descriptor.open("/dev/null", false));
        }
    }

    private static void hogThreads() {
        CountDownLatch never = new CountDownLatch(1);
        for (int i = 0; i < THREADS; i++) {
            Thread idler = new Thread(
                    () -> {
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    },
                    "hog");
            idler.setDaemon(true);
            idler.start();
        }
        HOGGED.add(never);
    }
}
