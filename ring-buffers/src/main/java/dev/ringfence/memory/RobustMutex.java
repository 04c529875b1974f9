// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.memory;

import java.util.Collection;

/**
 * A robust, process-shared mutex in a page of its own: the kernel hands it on when, and only when, its owner has died.
 *
 * <p>glibc's {@code pthread_mutex_t} of the normal type. Its first word is the kernel's robust-futex word (owner's thread
 * id, {@code FUTEX_WAITERS}, {@code FUTEX_OWNER_DIED}; see the kernel's robust-futex-ABI). The owner's id is compared as seen
 * in the dying thread's PID namespace, so all processes that lock one mutex must share a namespace: with one each, a
 * dying waiter whose id happens to equal the owner's frees the owner's lock.
 *
 * <p>A thread holds at most one: then a scribbled list pointer in one mutex can't hide another from the kernel.
 */
public final class RobustMutex {
    public static final int BYTES = SharedMemory.PAGE_BYTES;

    private static final int PTHREAD_PROCESS_SHARED = 1;
    private static final int PTHREAD_MUTEX_ROBUST = 1;
    private static final int FUTEX_WAKE = 1;
    private static final int FUTEX_WAITERS = 0x80000000;
    private static final int FUTEX_OWNER_DIED = 0x40000000;
    private static final int TID_MASK = 0x3fffffff;
    private static final int SYS_FUTEX = 202;
    /** Where glibc on x86-64 keeps a mutex's type: robust and process-shared, of the normal type. */
    private static final int KIND = 16;

    private static final int ROBUST_SHARED = 0x10 | 0x80;

    /** How a lock was obtained. */
    public enum Acquired {
        /** Nobody held it. */
        CLEAN,
        /** The kernel passed it on: its owner is dead. */
        OWNER_DIED
    }

    private final Window page;

    public RobustMutex(Window page) {
        if (page.bytes() < BYTES) {
            throw new IllegalArgumentException("a mutex takes a page to itself: bytes=" + page.bytes());
        }
        this.page = page;
    }

    /** Makes a fresh, unlocked mutex of the page. By the creator of the memory, before anybody else sees it. */
    public void initialise() {
        page.fill(0, BYTES, (byte) 0);
        try (Scratch attributes = new Scratch(64)) {
            long at = attributes.address();
            check("pthread_mutexattr_init", LibC.INSTANCE.pthread_mutexattr_init(at));
            check(
                    "pthread_mutexattr_setpshared",
                    LibC.INSTANCE.pthread_mutexattr_setpshared(at, PTHREAD_PROCESS_SHARED));
            check("pthread_mutexattr_setrobust", LibC.INSTANCE.pthread_mutexattr_setrobust(at, PTHREAD_MUTEX_ROBUST));
            check("pthread_mutex_init", LibC.INSTANCE.pthread_mutex_init(page.at(0, BYTES), at));
            LibC.INSTANCE.pthread_mutexattr_destroy(at);
            if (page.getInt(KIND) != ROBUST_SHARED) {
                throw new IllegalStateException(
                        "this libc lays its mutexes out in another way: kind=" + page.getInt(KIND));
            }
        }
    }

    /** Waits, without bound, for the lock; the calling thread owns it afterwards. */
    public Acquired lock() {
        page.putInt(KIND, ROBUST_SHARED);
        return acquired("pthread_mutex_lock", LibC.INSTANCE.pthread_mutex_lock(page.at(0, BYTES)));
    }

    private Acquired acquired(String call, int result) {
        if (result == Errno.EOWNERDEAD) {
            CrashPoint.passed();
            // The dead owner may have overwritten it while we slept; glibc refuses what isn't robust.
            page.putInt(KIND, ROBUST_SHARED);
            check("pthread_mutex_consistent", LibC.INSTANCE.pthread_mutex_consistent(page.at(0, BYTES)));
            CrashPoint.passed();
            return Acquired.OWNER_DIED;
        }
        check(call, result);
        CrashPoint.passed();
        return Acquired.CLEAN;
    }

    /** By the owning thread only. */
    public void unlock() {
        check("pthread_mutex_unlock", LibC.INSTANCE.pthread_mutex_unlock(page.at(0, BYTES)));
        CrashPoint.passed();
    }

    /** The thread id in the lock word, as its owner's PID namespace counts; 0 when free. */
    public int ownerThread() {
        return page.getIntAcquire(0) & TID_MASK;
    }

    /**
     * The slow fence: does for a dead owner what the kernel does from its list, when the word or the list was overwritten
     * and the kernel found nothing to do. Only once it is proven that the last owner is gone.
     *
     * <p>Somebody is woken in any case: the word may look as if the kernel had passed the lock on, and waking too often
     * costs nothing.
     *
     * @param waiters thread ids of its heir, which may have the lock by now
     * @return false when there was nothing to do: the kernel has passed the lock on
     */
    public boolean handOverFromTheDead(Collection<Integer> waiters) {
        int word = page.getIntAcquire(0);
        if (waiters.contains(word & TID_MASK)) {
            return false;
        }
        boolean intact = (word & ~FUTEX_WAITERS) == FUTEX_OWNER_DIED && page.getInt(KIND) == ROBUST_SHARED;
        // Whoever waits needs a mutex of the right kind to find its way through glibc.
        page.putInt(KIND, ROBUST_SHARED);
        if (!page.compareAndSetInt(0, word, FUTEX_OWNER_DIED | FUTEX_WAITERS)) {
            return handOverFromTheDead(waiters);
        }
        long woken = LinuxException.check(
                "futex(FUTEX_WAKE)", LibC.INSTANCE.syscall(SYS_FUTEX, page.at(0, 4), FUTEX_WAKE, 1, 0, 0, 0));
        return !intact || woken > 0;
    }

    private static void check(String call, int result) {
        if (result != 0) {
            throw new LinuxException(call, result);
        }
    }
}
