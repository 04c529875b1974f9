// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import dev.ringfence.backend.Conviction;
import dev.ringfence.backend.DeviceClass;
import dev.ringfence.backend.DriverProcess;
import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.QueueContext;
import dev.ringfence.backend.QueueService;
import dev.ringfence.backend.RehearsalScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.backend.block.BlockDriver;
import dev.ringfence.backend.net.NetDriver;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.DeviceDescription;
import dev.ringfence.fault.mutation.Activation;
import dev.ringfence.fault.mutation.Mutant;
import dev.ringfence.fault.mutation.MutantAgent;
import dev.ringfence.fault.mutation.Mutator;
import dev.ringfence.memory.CrashPoint;
import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.Processes;
import dev.ringfence.ring.Settlement;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The program of a driver process in the lab: the real block driver, or the real network driver where the device is a switch; their
 * workers meet the {@link Fate} their device's options name.
 */
public final class LabDriver implements DeviceClass {
    /** The path of the {@link Stage}. */
    static final String STAGE = "ringfence.lab.stage";

    /** Of a device: the {@link Fault} of the life that opens it. */
    static final String FAULT = "fault";

    private final BlockDriver block = new BlockDriver();
    private final NetDriver net = new NetDriver();
    /** Of lives that may be over. */
    private final List<Watched> left = new ArrayList<>();

    private boolean spares;
    private final Stage stage;
    private final Told told;
    private final Saboteur saboteur;

    private LabDriver(Stage stage, Told told) {
        this.stage = stage;
        this.told = told;
        this.saboteur = new Saboteur(stage, told);
    }

    public static void main(String[] arguments) {
        Thread watch = new Thread(LabDriver::dieWithTheTest, "watch");
        watch.setDaemon(true);
        watch.start();
        Path path = Path.of(System.getProperty(STAGE));
        LabDriver driver = new LabDriver(Stage.open(path), new Told(path.getParent()));
        CrashPoint.watch(driver.saboteur);
        DriverProcess.run(arguments, driver);
    }

    /** Drivers outlive their hypervisor by design; these must not outlive their test. */
    private static void dieWithTheTest() {
        try {
            while (System.in.read() >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            System.err.println("standard input: " + e);
        }
        Processes.killSelf();
    }

    @Override
    public String type() {
        return block.type();
    }

    /** What is counted here are the stores of the experiment. */
    @Override
    public List<RehearsalScript> scripts(Collection<ServedDevice> devices) {
        return List.of();
    }

    @Override
    public ServedDevice open(DeviceDescription description, List<Descriptor> files) {
        saboteur.expect(description.name(), description.options());
        Optional<Fault> fault =
                Optional.ofNullable(description.options().get(FAULT)).map(Fault::decode);
        fault.ifPresent(decoded -> prepare(description, decoded));
        if (fault.orElse(null) instanceof DeviceFault device) {
            files.forEach(Descriptor::close);
            return new Watched(block.open(FaultyDisk.describe(description, device), List.of()));
        }
        if (description.kind().equals(DeviceDescription.SWITCH)) {
            spare();
            // Where lives have faults they don't end in order; but each is over before the next begins.
            boolean over = description.options().containsKey(FAULT);
            left.forEach(life -> life.leave(over));
            left.clear();
            left.add(new Watched(net.open(description, files)));
            return left.get(0);
        }
        return new Watched(block.open(description, files));
    }

    /** Threads beside the workers may end with a fault too, and are not to take the process along either. */
    private void spare() {
        if (!spares) {
            spares = true;
            Thread.UncaughtExceptionHandler ends = Thread.getDefaultUncaughtExceptionHandler();
            Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
                if (!(error instanceof Saboteur.End) && !saboteur.buries(error)) {
                    ends.uncaughtException(thread, error);
                }
            });
        }
    }

    private void prepare(DeviceDescription device, Fault fault) {
        int life = Saboteur.life(device.name());
        MutantAgent.restore();
        if (fault instanceof CodeFault code) {
            mutate(life, code);
        } else if (fault instanceof ProcessFault process) {
            saboteur.expect(life, process, device.kind().equals(DeviceDescription.SWITCH) ? LabNic.QUEUES : 1);
        } else if (fault instanceof DeviceFault) {
            Activation.countIn(stage.memory(), Stage.hitsOffset(life));
            saboteur.spare(life);
        }
    }

    private void mutate(int life, CodeFault fault) {
        Activation.countIn(stage.memory(), Stage.hitsOffset(life));
        Mutant mutant = Mutator.apply(Mutator.classFile(fault.className()), fault.site(), fault.seed());
        told.tell(life, Told.EDIT, mutant.edit());
        Optional<String> stillborn = MutantAgent.install(fault.className(), mutant);
        stillborn.ifPresentOrElse(
                why -> {
                    told.tell(life, Told.END, why);
                    stage.end(life, Stage.End.STILLBORN);
                },
                () -> saboteur.spare(life));
    }

    /** Tells the saboteur when a queue has recovered. */
    private final class Watched implements ServedDevice {
        /** Null once it is closed: the process remembers every life, and each has some hundred KiB. */
        private volatile ServedDevice device;

        private final CompletableFuture<Void> ended = new CompletableFuture<>();

        Watched(ServedDevice device) {
            this.device = device;
        }

        @Override
        public Rings rings(FrontendKeys keys) {
            return device.rings(keys);
        }

        @Override
        public Map<String, String> features(String connection, boolean readOnly) {
            return device.features(connection, readOnly);
        }

        @Override
        public Map<String, String> properties(boolean readOnly) {
            return device.properties(readOnly);
        }

        @Override
        public Services connect(ConnectionSpec connection) {
            Services services = device.connect(connection);
            return new Services() {
                @Override
                public QueueService service(QueueContext context) {
                    return new WatchedQueue(services.service(context));
                }

                @Override
                public void close() {
                    services.close();
                    ended.complete(null);
                }
            };
        }

        /** Its life is over, or will be as soon as its workers are; a device with a fault in it may take for ever. */
        void leave(boolean over) {
            Thread thread = new Thread(
                    () -> {
                        if (!over) {
                            ended.join();
                        }
                        device.close();
                        device = null;
                    },
                    "leaving");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() {
            device.close();
        }
    }

    private final class WatchedQueue implements QueueService {
        private final QueueService service;

        WatchedQueue(QueueService service) {
            this.service = service;
        }

        @Override
        public void examine(Settlement settlement) {
            service.examine(settlement);
        }

        @Override
        public void recover(Settlement settlement) {
            service.recover(settlement);
            saboteur.recovered();
        }

        @Override
        public List<Conviction> convictions() {
            return service.convictions();
        }

        @Override
        public int serve() {
            saboteur.turn();
            return service.serve();
        }

        @Override
        public boolean hasWork() {
            return service.hasWork();
        }

        @Override
        public boolean isDearToLook() {
            return service.isDearToLook();
        }

        @Override
        public boolean armAndRecheck() {
            return service.armAndRecheck();
        }

        @Override
        public void await(Doorbell.Listener bell) {
            service.await(bell);
        }

        @Override
        public String violation() {
            return service.violation();
        }
    }
}
