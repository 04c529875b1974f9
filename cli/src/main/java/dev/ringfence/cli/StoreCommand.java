// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.control.ControlJson;
import dev.ringfence.hypervisor.control.MachineDirectory;
import dev.ringfence.store.SocketStoreTransport;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreError;
import dev.ringfence.store.StoreException;
import dev.ringfence.store.StorePermissions;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "store",
        description = "Looks into a machine's store and changes it, with Domain 0's rights.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Xen's own xenstore-ls, xenstore-read, ... work as well, with XENSTORED_PATH set to the machine's",
            "xenstored.sock."
        },
        mixinStandardHelpOptions = true)
final class StoreCommand {
    @Mixin
    private MachineChoice choice;

    @Spec
    private CommandSpec command;

    @Command(description = "Shows a node and all below it, with their values.", mixinStandardHelpOptions = true)
    void ls(
            @Parameters(paramLabel = "PATH", defaultValue = "/", description = "default: ${DEFAULT-VALUE}") String path,
            @Option(names = "--json", description = "as one JSON object: path to value") boolean json) {
        try (StoreClient store = connect()) {
            StoreListing listing = StoreListing.of(store, path);
            if (json) {
                out().println(ControlJson.write(listing.values()));
            } else {
                listing.print(out());
            }
        }
    }

    @Command(description = "Shows the names right below a node.", mixinStandardHelpOptions = true)
    void list(
            @Parameters(paramLabel = "PATH", defaultValue = "/", description = "default: ${DEFAULT-VALUE}") String path,
            @Option(names = "--json", description = "as a JSON list") boolean json) {
        try (StoreClient store = connect()) {
            requireNode(store, path);
            List<String> names = store.directory(path);
            if (json) {
                out().println(ControlJson.write(names));
            } else {
                names.forEach(out()::println);
            }
        }
    }

    @Command(description = "Shows a node's value.", mixinStandardHelpOptions = true)
    void read(
            @Parameters(paramLabel = "PATH") String path,
            @Option(names = "--json", description = "as a JSON object") boolean json) {
        try (StoreClient store = connect()) {
            String value = store.read(path).orElseThrow(() -> new StoreException(StoreError.ENOENT, path));
            out().println(json ? ControlJson.write(Map.of("path", path, "value", value)) : value);
        }
    }

    @Command(description = "Sets a node's value; creates the node if need be.", mixinStandardHelpOptions = true)
    void write(@Parameters(paramLabel = "PATH") String path, @Parameters(paramLabel = "VALUE") String value) {
        try (StoreClient store = connect()) {
            store.write(path, value);
        }
    }

    @Command(description = "Removes a node and all below it.", mixinStandardHelpOptions = true)
    void rm(@Parameters(paramLabel = "PATH") String path) {
        try (StoreClient store = connect()) {
            requireNode(store, path);
            store.remove(path);
        }
    }

    @Command(
            description = "Sets who may do what to a node: the owner first, then others.",
            mixinStandardHelpOptions = true)
    void chmod(
            @Parameters(paramLabel = "PATH") String path,
            @Parameters(
                            paramLabel = "PERMISSION",
                            arity = "1..*",
                            description = "n, r, w or b (none, read, write, both) and a domain id: n0 r5")
                    String[] permissions) {
        StorePermissions wanted = new StorePermissions(
                Arrays.stream(permissions).map(StorePermissions.Entry::parse).toList());
        try (StoreClient store = connect()) {
            store.setPermissions(path, wanted);
        }
    }

    @Command(
            description = "Shows each path that changes, of a node and all below it, until the machine is down.",
            mixinStandardHelpOptions = true)
    void watch(
            @Parameters(paramLabel = "PATH") String path,
            @Option(
                            names = "--count",
                            paramLabel = "N",
                            defaultValue = "" + Integer.MAX_VALUE,
                            description = "end after that many")
                    int count,
            @Option(names = "--json", description = "a JSON object a line") boolean json)
            throws InterruptedException {
        PrintWriter out = out();
        CountDownLatch left = new CountDownLatch(Math.max(count, 0));
        EndingTransport transport = new EndingTransport(transport());
        try (StoreClient store = new StoreClient(transport)) {
            store.watch(path, "cli", (changed, token) -> {
                if (left.getCount() > 0) {
                    out.println(json ? ControlJson.write(Map.of("path", changed)) : changed);
                    left.countDown();
                }
                if (left.getCount() == 0 || out.checkError()) {
                    transport.close();
                }
            });
            transport.awaitEnd();
        }
    }

    private static void requireNode(StoreClient store, String path) {
        if (!store.exists(path)) {
            throw new StoreException(StoreError.ENOENT, path);
        }
    }

    private StoreClient connect() {
        return new StoreClient(transport());
    }

    private SocketStoreTransport transport() {
        MachineDirectory directory = choice.directory();
        try {
            return SocketStoreTransport.connect(directory.storeSocket());
        } catch (IOException e) {
            throw new ControlException(
                    503,
                    "machine " + directory.machine() + " is not running: no store answers at "
                            + directory.storeSocket(),
                    e);
        }
    }

    private PrintWriter out() {
        return command.commandLine().getOut();
    }
}
