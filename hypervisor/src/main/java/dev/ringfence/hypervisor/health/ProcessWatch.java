// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One process as the monitor keeps it: its threads' files are opened when they are first suspected. */
final class ProcessWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessWatch.class);

    private final WatchedProcess process;
    private final ProcText text;
    private final Tasks tasks;
    private final Map<Integer, ThreadProbe> probes = new HashMap<>();
    private final UsageJudge usageJudge = new UsageJudge();
    private final Usage usage = new Usage();
    private UsageProbe usageProbe;
    private boolean killed;

    ProcessWatch(WatchedProcess process, ProcText text) {
        this.process = process;
        this.text = text;
        this.tasks = new Tasks(process.pid(), text);
    }

    WatchedProcess process() {
        return process;
    }

    /** Nothing more can be expected of it. */
    boolean isOver() {
        return killed || !process.alive();
    }

    void kill(Finding finding) {
        killed = true;
        process.kill(finding);
    }

    boolean othersRun() {
        return tasks.anyRuns();
    }

    /** @param thread as the domain's namespace counts */
    void sample(int thread, ThreadSample sample) {
        ThreadProbe probe = probes.get(thread);
        if (probe == null) {
            probe = open(thread).orElse(null);
        }
        sample.state = ThreadSample.GONE;
        if (probe != null) {
            probe.read(sample);
        }
    }

    /** What is wrong with what it uses; null when nothing is, or it is gone. */
    Finding lookAtUsage(Allowance allowance) {
        try {
            usageProbe = usageProbe == null ? new UsageProbe(process.pid(), text) : usageProbe;
        } catch (IOException e) {
            return null;
        }
        return usageProbe.read(usage) && !isOver() ? usageJudge.judge(usage, allowance, System.nanoTime()) : null;
    }

    private Optional<ThreadProbe> open(int thread) {
        Optional<Path> task = tasks.find(thread);
        if (task.isEmpty()) {
            return Optional.empty();
        }
        try {
            ThreadProbe probe = new ThreadProbe(task.get(), text);
            probes.put(thread, probe);
            return Optional.of(probe);
        } catch (IOException e) {
            return Optional.empty(); // it died in this moment
        }
    }

    @Override
    public void close() {
        try {
            for (ThreadProbe probe : probes.values()) {
                probe.close();
            }
            probes.clear();
            if (usageProbe != null) {
                usageProbe.close();
            }
        } catch (IOException e) {
            LOG.warn("pid {}: {}", process.pid(), e.toString());
        }
    }
}
