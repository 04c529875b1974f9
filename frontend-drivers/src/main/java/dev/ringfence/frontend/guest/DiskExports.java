// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.domain.Hypercalls;
import dev.ringfence.domain.Message;
import dev.ringfence.frontend.block.XenBlockFrontend;
import dev.ringfence.frontend.nbd.NbdEndpoint;
import dev.ringfence.frontend.nbd.NbdGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The NBD gateways that a guest's programs want for its disks. Guarded by itself. */
final class DiskExports implements GuestDevices.Observer<XenBlockFrontend> {
    private static final Logger LOG = LoggerFactory.getLogger(DiskExports.class);

    private final Hypercalls hypercalls;
    private final ProgramTable programs;
    private final Map<XenBlockFrontend, List<NbdGateway>> gateways = new LinkedHashMap<>();

    DiskExports(Hypercalls hypercalls, ProgramTable programs) {
        this.hypercalls = hypercalls;
        this.programs = programs;
    }

    @Override
    public void connected(String as, XenBlockFrontend disk) {
        for (ProgramTable.Nbd program : programs.nbdOf(as)) {
            try {
                NbdGateway gateway = NbdGateway.start(disk, NbdEndpoint.parse(program.listen()), as);
                synchronized (this) {
                    gateways.computeIfAbsent(disk, key -> new ArrayList<>()).add(gateway);
                }
                report("nbd", gateway.uri());
            } catch (IOException | IllegalArgumentException e) {
                LOG.error("{}: not exported at {}: {}", as, program.listen(), e.getMessage());
                report("nbd-failed", program.listen() + ": " + e.getMessage());
            }
        }
    }

    private void report(String kind, String message) {
        hypercalls.report(new Message.Report(kind, message, Map.of()));
    }

    /** The gateway's loops must run to fail what is in flight; closing waits for them. */
    @Override
    public void withdrawn(String as, XenBlockFrontend disk) {
        List<NbdGateway> ended;
        synchronized (this) {
            ended = gateways.remove(disk);
        }
        if (ended != null) {
            ended.forEach(NbdGateway::close);
        }
    }

    /** Answers what has been taken. */
    synchronized void close() {
        gateways.values().forEach(some -> some.forEach(NbdGateway::close));
    }
}
