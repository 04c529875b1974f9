// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work in another network namespace: a thread can be in one of its own (network_namespaces(7)). Needs CAP_SYS_ADMIN. */
public final class NetworkNamespace {
    private static final int SYS_UNSHARE = 272;
    private static final int SYS_SETNS = 308;
    private static final long CLONE_NEWNET = 0x40000000L;

    private NetworkNamespace() {}

    /**
     * Runs a task inside the namespace of a file: {@code /run/netns/NAME}, {@code /proc/PID/ns/net}.
     *
     * @throws LinuxException ENOENT when there is none of that name, EPERM when we may not
     */
    public static <T> T in(String file, Callable<T> task) throws Exception {
        try (Descriptor namespace = Descriptor.open(file, false)) {
            return run(() -> enter(SYS_SETNS, "setns(" + file + ")", namespace.fd(), CLONE_NEWNET), task);
        }
    }

    /** Runs a task inside a fresh namespace, which is gone with the last of what the task opened in it. */
    public static <T> T inNew(Callable<T> task) throws Exception {
        return run(() -> enter(SYS_UNSHARE, "unshare(CLONE_NEWNET)", CLONE_NEWNET, 0), task);
    }

    private static void enter(int call, String what, long first, long second) {
        LinuxException.check(what, LibC.INSTANCE.syscall(call, first, second, 0, 0, 0, 0));
    }

    /** On a thread of its own, which ends there: it can't be trusted with anything else afterwards. */
    private static <T> T run(Runnable entrance, Callable<T> task) throws Exception {
        FutureTask<T> result = new FutureTask<>(() -> {
            entrance.run();
            return task.call();
        });
        Thread thread = new Thread(result, "namespace");
        thread.setDaemon(true);
        thread.start();
        try {
            return result.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }
}
