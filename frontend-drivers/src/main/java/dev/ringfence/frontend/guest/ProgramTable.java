// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.guest;

import dev.ringfence.store.StoreClient;
import java.util.ArrayList;
import java.util.List;

/** What the machine file says a guest runs, as the hypervisor wrote it below {@code data/programs} of the guest. */
final class ProgramTable {
    private final StoreClient store;
    private final String root;

    record Nbd(String device, String listen) {}

    record Java(String className, List<String> arguments) {}

    ProgramTable(StoreClient store, String home) {
        this.store = store;
        this.root = home + "/data/programs";
    }

    List<Nbd> nbdOf(String as) {
        List<Nbd> found = new ArrayList<>();
        for (String program : ofKind("nbd")) {
            if (value(program, "device").equals(as)) {
                found.add(new Nbd(as, value(program, "listen")));
            }
        }
        return found;
    }

    /** Whether a network interface stands for the NIC. */
    boolean isTapOf(String as) {
        return ofKind("tap").stream()
                .anyMatch(program -> value(program, "device").equals(as));
    }

    List<Java> javaPrograms() {
        List<Java> found = new ArrayList<>();
        for (String program : ofKind("java")) {
            List<String> arguments = new ArrayList<>();
            int count = store.directory(program + "/args").size();
            for (int i = 0; i < count; i++) {
                arguments.add(value(program, "args/" + i));
            }
            found.add(new Java(value(program, "class"), arguments));
        }
        return found;
    }

    private List<String> ofKind(String kind) {
        return store.directory(root).stream()
                .map(program -> root + "/" + program)
                .filter(program -> value(program, "kind").equals(kind))
                .toList();
    }

    private String value(String program, String key) {
        return store.read(program + "/" + key).orElse("");
    }
}
