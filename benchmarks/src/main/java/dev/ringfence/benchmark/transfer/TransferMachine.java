// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import dev.ringfence.benchmark.BenchmarkException;
import dev.ringfence.benchmark.LaunchedMachine;
import dev.ringfence.benchmark.NetworkHosts;
import dev.ringfence.benchmark.Resources;
import dev.ringfence.hypervisor.control.DomainStatus;
import dev.ringfence.hypervisor.control.KillMethod;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Two hosts with a network driver domain between them, and nothing else. */
public final class TransferMachine {
    public static final String SERVER_ADDRESS = "10.66.0.1";

    private static final String DRIVER = "net";
    private static final String CLIENT_ADDRESS = "10.66.0.2";
    private static final String SERVER_LINK = "rf0";
    private static final String CLIENT_LINK = "eth0";
    private static final long PATIENCE_SECONDS = 60;
    private static final long POLL_MICROS = 500;

    private final LaunchedMachine machine;
    private final String server;
    private final String client;
    private long killedPid;

    private TransferMachine(LaunchedMachine machine, String server, String client) {
        this.machine = machine;
        this.server = server;
        this.client = client;
    }

    /** @param home a new directory, for the machine file */
    public static TransferMachine start(Resources resources, Path home) throws IOException, InterruptedException {
        NetworkHosts hosts = resources.closed(new NetworkHosts());
        String server = hosts.add("server");
        String client = hosts.add("client");
        String name = "transfer-" + ProcessHandle.current().pid();
        LaunchedMachine machine = resources.closed(
                LaunchedMachine.start(home.resolve("machine.json"), description(name, server, client)));
        await("the guest's interface is up", () -> NetworkHosts.isUp(client, CLIENT_LINK));
        NetworkHosts.address(server, SERVER_LINK, SERVER_ADDRESS + "/24");
        NetworkHosts.address(client, CLIENT_LINK, CLIENT_ADDRESS + "/24");
        return new TransferMachine(machine, server, client);
    }

    private static Map<String, Object> description(String name, String server, String client) {
        Map<String, Object> device = Map.of("name", "lan", "tap", SERVER_LINK, "namespace", server);
        Map<String, Object> driver = Map.of("name", DRIVER, "driver", "net", "devices", List.of(device));
        Map<String, Object> tap = Map.of("tap", Map.of("device", CLIENT_LINK, "namespace", client));
        Map<String, Object> guest = Map.of(
                "name",
                "guest",
                "devices",
                List.of(Map.of("as", CLIENT_LINK, "nic", DRIVER + "/lan")),
                "programs",
                List.of(tap));
        return Map.of("machine", name, "driverDomains", List.of(driver), "guests", List.of(guest));
    }

    /** The namespace of the host that is outside. */
    public String server() {
        return server;
    }

    /** The namespace of the host that is the guest. */
    public String client() {
        return client;
    }

    /** Waits until the driver can be killed once more: the hypervisor has seen the last death, and a standby is ready. */
    public void awaitStandby() throws InterruptedException {
        await("a standby is ready", () -> {
            DomainStatus driver = machine.domain(DRIVER);
            return driver.state().equals("running")
                    && driver.pid() != killedPid
                    && !driver.standbys().isEmpty();
        });
    }

    /** SIGKILL, at once; when it was sent. */
    public long kill() {
        killedPid = machine.domain(DRIVER).pid();
        long nanos = System.nanoTime();
        machine.control().kill(DRIVER, KillMethod.KILL);
        return nanos;
    }

    static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - until > 0) {
                throw new BenchmarkException("waited " + PATIENCE_SECONDS + " s in vain until " + what);
            }
            TimeUnit.MICROSECONDS.sleep(POLL_MICROS);
        }
    }
}
