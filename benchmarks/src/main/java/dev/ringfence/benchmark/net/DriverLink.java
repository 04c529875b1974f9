// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.net;

import dev.ringfence.backend.block.BlockDriver;
import dev.ringfence.backend.net.NetDriver;
import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.LaunchedMachine;
import dev.ringfence.benchmark.NetworkHosts;
import dev.ringfence.frontend.guest.GuestDomain;
import dev.ringfence.hypervisor.DomainPrograms;
import dev.ringfence.hypervisor.control.DomainStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A machine with a network driver and a guest whose NIC is an interface of the inside host. */
final class DriverLink implements AutoCloseable {
    static final String DRIVER = "net";
    static final String GUEST = "web";

    private static final String ADDRESS = "02:00:00:00:00:01";
    private static final int PATIENCE_SECONDS = 30;
    private static final int POLL_MILLIS = 10;

    private final LaunchedMachine machine;

    private DriverLink(LaunchedMachine machine) {
        this.machine = machine;
    }

    static DriverLink open(Site site, NetSettings settings) throws IOException {
        DriverLink link = start(site, settings, 1, programs(NetDriver.class, GuestDomain.class));
        await("a standby is ready", link::hasStandby);
        return link;
    }

    /** With domains that say what they allocate, see {@link Allocations}; no standby that would say it too. */
    static DriverLink openCounting(Site site, NetSettings settings) throws IOException {
        return start(site, settings, 0, programs(CountingDriver.class, CountingGuest.class));
    }

    private static DriverLink start(Site site, NetSettings settings, int standbys, DomainPrograms programs)
            throws IOException {
        String name = "bench-" + site.kind().outsidePort() + "-"
                + ProcessHandle.current().pid();
        Path file = site.home().resolve(name + ".json");
        Map<String, Object> description = description(site, name, settings, standbys);
        DriverLink link = site.resources()
                .opened(() -> new DriverLink(LaunchedMachine.start(file, description, programs, () -> true)));
        await(
                "the guest has its interface",
                () -> NetworkHosts.isUp(site.hosts().inside(), site.kind().insidePort()));
        site.address();
        return link;
    }

    private static DomainPrograms programs(Class<?> driver, Class<?> guest) {
        return new DomainPrograms(
                Map.of("block", BlockDriver.class.getName(), "net", driver.getName()), guest.getName());
    }

    private static Map<String, Object> description(Site site, String name, NetSettings settings, int standbys) {
        LinkKind kind = site.kind();
        Map<String, Object> lan = Map.of(
                "name",
                "lan",
                "tap",
                kind.outsidePort(),
                "namespace",
                site.hosts().outside(),
                "queues",
                settings.queues());
        Map<String, Object> nic = Map.of(
                "as",
                "eth0",
                "nic",
                DRIVER + "/lan",
                "mac",
                ADDRESS,
                "queues",
                settings.queues(),
                "receive",
                settings.receive().text());
        Map<String, Object> tap = Map.of(
                "device", "eth0",
                "name", kind.insidePort(),
                "namespace", site.hosts().inside());
        Map<String, Object> driver =
                Map.of("name", DRIVER, "driver", "net", "standbys", standbys, "devices", List.of(lan));
        Map<String, Object> guest =
                Map.of("name", GUEST, "devices", List.of(nic), "programs", List.of(Map.of("tap", tap)));
        return Map.of("machine", name, "driverDomains", List.of(driver), "guests", List.of(guest));
    }

    private boolean hasStandby() {
        DomainStatus driver = machine.domain(DRIVER);
        return driver.state().equals("running") && !driver.standbys().isEmpty();
    }

    private static void await(String what, BooleanSupplier condition) {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new BenchmarkException("waited " + PATIENCE_SECONDS + " s in vain until " + what);
            }
            Program.pause(POLL_MILLIS);
        }
    }

    /** Where a domain's standard output goes. */
    Path log(String domain) {
        return machine.log(domain);
    }

    Map<String, Long> processes() {
        Map<String, Long> processes = new LinkedHashMap<>();
        processes.put("driver", machine.domain(DRIVER).pid());
        processes.put("guest", machine.domain(GUEST).pid());
        return processes;
    }

    @Override
    public void close() {
        machine.close();
    }
}
