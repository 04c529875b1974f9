// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.domain.DomainChannel;
import dev.ringfence.domain.DomainOptions;
import dev.ringfence.domain.DomainRuntime;
import dev.ringfence.domain.Hypercalls;
import dev.ringfence.domain.Message;
import dev.ringfence.frontend.block.BlockFrontend;
import dev.ringfence.frontend.block.XenBlockFrontend;
import dev.ringfence.frontend.entropy.EntropyFrontend;
import dev.ringfence.frontend.entropy.XenEntropyFrontend;
import dev.ringfence.store.StoreClient;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A guest's process: connects the devices the store lists for it, as they come and go, and runs its programs.
 *
 * <p>Devices appear on the store client's event thread; what waits there for nothing but the store runs there, programs on
 * threads of their own.
 */
public final class GuestDomain implements DomainRuntime.Role {
    private static final Logger LOG = LoggerFactory.getLogger(GuestDomain.class);

    private final DomainRuntime runtime;
    private final ProgramTable programs;
    private final GuestDevices<XenBlockFrontend> disks;
    private final DiskExports exports;
    private final GuestDevices<XenEntropyFrontend> sources;
    private final GuestNics nics;

    private GuestDomain(DomainRuntime runtime) {
        this.runtime = runtime;
        Hypercalls hypercalls = runtime.hypercalls();
        StoreClient store = new StoreClient(hypercalls.store());
        String home = "/local/domain/" + runtime.options().domid();
        this.programs = new ProgramTable(store, home);
        this.exports = new DiskExports(hypercalls, programs);
        this.disks = new GuestDevices<>(
                store,
                home,
                DeviceKind.BLOCK,
                (frontend, queues) -> new XenBlockFrontend(hypercalls, store, frontend, queues),
                exports);
        this.sources = new GuestDevices<>(
                store,
                home,
                DeviceKind.ENTROPY,
                (frontend, queues) -> new XenEntropyFrontend(hypercalls, store, frontend),
                new GuestDevices.Observer<>() {});
        this.nics = new GuestNics(hypercalls, store, home, programs);
    }

    public static void main(String[] arguments) {
        DomainRuntime runtime = new DomainRuntime(DomainOptions.parse(arguments));
        GuestDomain guest = new GuestDomain(runtime);
        runtime.start(guest);
        guest.boot();
        runtime.stay();
    }

    private void boot() {
        disks.watch();
        sources.watch();
        nics.watch();
        programs.javaPrograms().forEach(program -> new Thread(() -> run(program), program.className()).start());
        runtime.ready();
    }

    private void run(ProgramTable.Java program) {
        try {
            Class.forName(program.className())
                    .asSubclass(GuestProgram.class)
                    .getConstructor()
                    .newInstance()
                    .run(new Context(program.arguments()));
            report("program-ended", program.className(), Map.of());
        } catch (Exception e) {
            LOG.error("{} failed", program.className(), e);
            report("program-failed", program.className() + ": " + e, Map.of());
        }
    }

    private void report(String kind, String message, Map<String, Long> figures) {
        runtime.hypercalls().report(new Message.Report(kind, message, figures));
    }

    @Override
    public void received(DomainChannel.Request request) {
        if (request.message() instanceof Message.Shutdown) {
            shutdown();
        } else {
            LOG.warn("ignored {}", request.message());
            request.answer(new Message.Failed("not for a guest"));
        }
    }

    /** Gateways first, so that what they have taken is answered; then the devices. */
    private void shutdown() {
        exports.close();
        disks.close();
        sources.close();
        nics.close();
        System.exit(0);
    }

    private final class Context implements GuestContext {
        private final List<String> arguments;

        Context(List<String> arguments) {
            this.arguments = arguments;
        }

        @Override
        public List<String> arguments() {
            return arguments;
        }

        @Override
        public BlockFrontend disk(String as) {
            return disks.take(as);
        }

        @Override
        public EntropyFrontend entropy(String as) {
            return sources.take(as);
        }

        @Override
        public void report(String kind, String message, Map<String, Long> figures) {
            GuestDomain.this.report(kind, message, figures);
        }
    }
}
