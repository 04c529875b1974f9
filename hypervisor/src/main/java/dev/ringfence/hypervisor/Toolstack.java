// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.DeviceKind;
import dev.ringfence.hypervisor.machine.ProgramSpec;
import dev.ringfence.store.DeviceState;
import dev.ringfence.store.LocalStoreTransport;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StorePermissions;
import dev.ringfence.store.StorePermissions.Access;
import dev.ringfence.store.StoreWatch;
import dev.ringfence.store.XenStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes into the store what Xen's toolstack would: domains, and for each device a front-end directory that its guest owns
 * and a back-end directory that its driver domain owns, each readable by the other and by nobody else.
 */
final class Toolstack implements AutoCloseable {
    private static final int DOMAIN_ZERO = 0;
    private static final long STATE_SECONDS = 10;

    private final XenStore xenStore;
    private final StoreClient store;

    Toolstack(XenStore xenStore) {
        this.xenStore = xenStore;
        this.store = new StoreClient(new LocalStoreTransport(xenStore, DOMAIN_ZERO));
    }

    static String home(int domid) {
        return "/local/domain/" + domid;
    }

    static String frontend(GuestDevice device) {
        return home(device.guest()) + "/device/" + device.spec().kind().type() + "/" + device.handle();
    }

    static String backend(GuestDevice device) {
        return home(device.backend()) + "/backend/" + device.spec().kind().type() + "/" + device.guest() + "/"
                + device.handle();
    }

    void addDomain(int domid, String name) {
        xenStore.introduceDomain(domid);
        make(home(domid), StorePermissions.owner(domid, Access.NONE));
        store.write(home(domid) + "/domid", Integer.toString(domid));
        store.write(home(domid) + "/name", name);
        // Watched before there is anything in them, so they must be there to be owned.
        for (DeviceKind kind : DeviceKind.values()) {
            make(home(domid) + "/device/" + kind.type(), StorePermissions.owner(domid, Access.NONE));
            make(home(domid) + "/backend/" + kind.type(), StorePermissions.owner(domid, Access.NONE));
        }
        make(home(domid) + "/data", StorePermissions.owner(domid, Access.NONE));
    }

    private void make(String path, StorePermissions permissions) {
        store.mkdir(path);
        store.setPermissions(path, permissions);
    }

    void removeDomain(int domid) {
        xenStore.releaseDomain(domid);
        store.remove(home(domid));
    }

    /** What the guest's runtime is to run. */
    void addPrograms(int domid, List<ProgramSpec> programs) {
        String root = home(domid) + "/data/programs";
        make(root, StorePermissions.owner(domid, Access.NONE));
        for (int i = 0; i < programs.size(); i++) {
            String program = root + "/" + i;
            if (programs.get(i) instanceof ProgramSpec.Nbd nbd) {
                store.write(program + "/kind", "nbd");
                store.write(program + "/device", nbd.device());
                store.write(program + "/listen", nbd.listen().toString());
            } else if (programs.get(i) instanceof ProgramSpec.Tap tap) {
                store.write(program + "/kind", "tap");
                store.write(program + "/device", tap.device());
                store.write(program + "/interface", tap.tap().name());
            } else if (programs.get(i) instanceof ProgramSpec.Java java) {
                store.write(program + "/kind", "java");
                store.write(program + "/class", java.className());
                for (int argument = 0; argument < java.args().size(); argument++) {
                    store.write(program + "/args/" + argument, java.args().get(argument));
                }
            }
        }
    }

    void plug(GuestDevice device, boolean readOnly) {
        String front = frontend(device);
        String back = backend(device);
        store.transaction(transaction -> {
            transaction.mkdir(front);
            transaction.setPermissions(
                    front, StorePermissions.owner(device.guest(), Access.NONE).with(device.backend(), Access.READ));
            transaction.mkdir(back);
            transaction.setPermissions(
                    back, StorePermissions.owner(device.backend(), Access.NONE).with(device.guest(), Access.READ));
            transaction.write(back + "/frontend", front);
            transaction.write(back + "/frontend-id", Integer.toString(device.guest()));
            transaction.write(back + "/online", "1");
            transaction.write(back + "/mode", readOnly ? "r" : "w");
            transaction.write(back + "/device", device.spec().disk().device());
            transaction.write(back + "/dev", device.spec().as());
            transaction.write(back + "/state", DeviceState.INITIALISING.text());
            transaction.write(front + "/backend", back);
            transaction.write(front + "/backend-id", Integer.toString(device.backend()));
            DeviceKind kind = device.spec().kind();
            transaction.write(front + "/" + kind.handleKey(), Integer.toString(device.handle()));
            if (kind == DeviceKind.NET) {
                transaction.write(front + "/mac", device.spec().addressText());
                transaction.write(back + "/handle", Integer.toString(device.handle()));
                transaction.write(back + "/mac", device.spec().addressText());
            } else if (kind == DeviceKind.BLOCK) {
                transaction.write(front + "/device-type", "disk");
                transaction.write(front + "/tags", device.spec().tags() ? "1" : "0");
            }
            transaction.write(front + "/queues", Integer.toString(device.spec().queues()));
            transaction.write(front + "/state", DeviceState.INITIALISING.text());
            return null;
        });
    }

    /** Asks both sides to let go of a device, waits until they have, then removes it. False: one didn't in time. */
    boolean unplug(GuestDevice device) {
        String back = backend(device);
        store.transaction(transaction -> {
            transaction.write(back + "/online", "0");
            // Asked a second time, or when its domain is quarantined, a back-end would not say again that it has let
            // go.
            if (!transaction.read(back + "/state").equals(Optional.of(DeviceState.CLOSED.text()))) {
                transaction.write(back + "/state", DeviceState.CLOSING.text());
            }
            return null;
        });
        boolean closed = awaitState(back, List.of(DeviceState.CLOSED));
        store.remove(frontend(device));
        store.remove(back);
        return closed;
    }

    /** Nobody serves the device any more: says so in its driver's name, so that the front-end fails what waits. */
    void refuse(GuestDevice device, String reason) {
        String back = backend(device);
        if (store.exists(back)) {
            store.write(back + "/error", reason);
            store.write(back + "/state", DeviceState.CLOSED.text());
        }
    }

    /** Takes a device away that nobody serves. */
    void remove(GuestDevice device) {
        store.remove(frontend(device));
        store.remove(backend(device));
    }

    /** The guest is gone: says so in its name, so that the driver lets go, then removes the device. */
    void forget(GuestDevice device) {
        if (store.exists(frontend(device))) {
            store.write(frontend(device) + "/state", DeviceState.CLOSED.text());
            awaitState(backend(device), List.of(DeviceState.CLOSED));
            store.remove(frontend(device));
            store.remove(backend(device));
        }
    }

    /** False when nobody has been told of the device. */
    boolean isPlugged(GuestDevice device) {
        return store.exists(frontend(device));
    }

    /** True when it is being unplugged. */
    boolean isLeaving(GuestDevice device) {
        return store.read(backend(device) + "/online").equals(Optional.of("0"));
    }

    DeviceState backendState(GuestDevice device) {
        return store.read(backend(device) + "/state").map(DeviceState::parse).orElse(DeviceState.UNKNOWN);
    }

    DeviceState frontendState(GuestDevice device) {
        return store.read(frontend(device) + "/state").map(DeviceState::parse).orElse(DeviceState.UNKNOWN);
    }

    Optional<String> backendError(GuestDevice device) {
        return store.read(backend(device) + "/error");
    }

    /** True when the front-end is in one of these states in time. */
    boolean awaitFrontend(GuestDevice device, List<DeviceState> wanted) {
        return awaitState(frontend(device), wanted);
    }

    private boolean awaitState(String directory, List<DeviceState> wanted) {
        CompletableFuture<Void> reached = new CompletableFuture<>();
        StoreWatch watch = store.watch(directory + "/state", "await", (path, token) -> {
            DeviceState state =
                    store.read(directory + "/state").map(DeviceState::parse).orElse(DeviceState.CLOSED);
            if (wanted.contains(state)) {
                reached.complete(null);
            }
        });
        try {
            reached.get(STATE_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            watch.close();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
