// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The files of one thread under /proc, kept open and read again and again; allocates nothing. One thread. */
final class ThreadProbe implements AutoCloseable {
    private static final long MILLIS_A_TICK = 10;
    /** Of the fields of stat, counted from the one after the name. */
    private static final int FLAGS = 6;

    private static final int UTIME = 11;
    /** PF_EXITING of linux/sched.h. */
    private static final long EXITING = 4;

    private final FileChannel stat;
    private final FileChannel schedstat;
    private final FileChannel syscall;
    private final ProcText text;

    /** @throws IOException there is no such thread */
    ThreadProbe(Path task, ProcText text) throws IOException {
        this.text = text;
        this.stat = FileChannel.open(task.resolve("stat"), StandardOpenOption.READ);
        this.schedstat = FileChannel.open(task.resolve("schedstat"), StandardOpenOption.READ);
        this.syscall = FileChannel.open(task.resolve("syscall"), StandardOpenOption.READ);
    }

    void read(ThreadSample sample) {
        try {
            readStat(sample);
            readSchedstat(sample);
            sample.systemCall = sample.sleeps() ? systemCall() : -1;
        } catch (IOException e) {
            sample.state = ThreadSample.GONE; // ESRCH: it died since we opened them
        }
    }

    private void readStat(ThreadSample sample) throws IOException {
        text.load(stat);
        text.skipName();
        sample.state = text.character();
        skipFields(1, FLAGS);
        sample.exiting = (text.number() & EXITING) != 0;
        skipFields(FLAGS + 1, UTIME);
        sample.userMillis = text.number() * MILLIS_A_TICK;
        sample.systemMillis = text.number() * MILLIS_A_TICK;
    }

    private void skipFields(int from, int to) {
        for (int field = from; field < to; field++) {
            text.skipField();
        }
    }

    private void readSchedstat(ThreadSample sample) throws IOException {
        text.load(schedstat);
        sample.cpuNanos = text.number();
        sample.delayNanos = text.number();
    }

    private int systemCall() {
        try {
            text.load(syscall);
            return text.isNumber() ? (int) text.number() : -1;
        } catch (IOException e) {
            return -1; // a host that tells nobody (Yama)
        }
    }

    @Override
    public void close() throws IOException {
        stat.close();
        schedstat.close();
        syscall.close();
    }
}
