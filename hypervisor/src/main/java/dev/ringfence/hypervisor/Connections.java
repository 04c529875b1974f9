// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.domain.Message;
import dev.ringfence.hypervisor.keeper.Kept;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;

/**
 * The connections of one driver domain, oldest first. Opened and closed on the domain's thread; any thread may look at them.
 */
final class Connections {
    private final int domid;
    private final DriverDomain.GuestDevices guestDevices;
    private final List<DeviceFile> devices;
    private final Keeper keeper;
    private final Map<Integer, Connection> byNumber = new ConcurrentSkipListMap<>();
    private int lastNumber;

    Connections(int domid, List<DeviceFile> devices, DriverDomain.GuestDevices guestDevices, Keeper keeper) {
        this.domid = domid;
        this.devices = List.copyOf(devices);
        this.guestDevices = guestDevices;
        this.keeper = keeper;
        this.lastNumber = keeper.firstConnection();
    }

    /** Goes on with those that an earlier hypervisor has opened, as far as their guests are still there. */
    void adopt(List<Kept> left) {
        for (Kept kept : left) {
            Notes.Bond bond = Keeper.read(kept.note(), Notes.Bond.class);
            Optional<GuestDevice> device =
                    guestDevices.find(bond.spec().frontend(), bond.spec().handle());
            if (device.filter(GuestDevice::isOpen).isPresent()) {
                byNumber.put(bond.number(), wired(Connection.adopt(bond, kept, device.get(), keeper, domid)));
            } else {
                kept.close();
                keeper.drop(kept.key());
            }
        }
    }

    private Connection wired(Connection connection) {
        devices.stream()
                .filter(device -> device.name().equals(connection.spec().device()))
                .forEach(device -> connection.wires(device.arrivals(connection.spec())));
        return connection;
    }

    Collection<Connection> all() {
        return byNumber.values();
    }

    Optional<Connection> find(int number) {
        return Optional.ofNullable(byNumber.get(number));
    }

    Optional<Connection> find(String name) {
        return all().stream()
                .filter(connection -> connection.spec().name().equals(name))
                .findFirst();
    }

    /**
     * Opens a connection that a front-end has published.
     *
     * @throws IllegalArgumentException saying what is wrong with what it asks for
     */
    Connection open(ConnectionSpec asked) {
        GuestDevice device = guestDevices
                .find(asked.frontend(), asked.handle())
                .filter(candidate -> candidate.backend() == domid)
                .orElseThrow(() -> new IllegalArgumentException("not exported: " + asked.name()));
        if (asked.receive().flips() && asked.receive() != device.spec().receive()) {
            throw new IllegalArgumentException(
                    "receive=" + asked.receive().text() + " is not what the machine file says");
        }
        List<Integer> frames = device.resolve(asked);
        Notes.Bond bond = new Notes.Bond(++lastNumber, asked, frames);
        Connection connection = wired(Connection.open(bond, device, keeper, domid));
        byNumber.put(connection.number(), connection);
        return connection;
    }

    /** Takes a connection out of the table; its memory is for the caller to close. */
    Optional<Connection> remove(int number) {
        return Optional.ofNullable(byNumber.remove(number));
    }

    /** Gives up a connection that nobody serves. */
    void discard(String name) {
        find(name).flatMap(connection -> remove(connection.number())).ifPresent(Connection::close);
    }

    /** Drops those whose guest is gone, and its memory with it; the owner is about to notice, and nobody shall take over. */
    Collection<Connection> living() {
        all().removeIf(connection -> {
            boolean over = !connection.device().isOpen();
            if (over) {
                connection.close();
            }
            return over;
        });
        return all();
    }

    /** Changes with every answer to a request, and with every connection that is opened or closed. */
    long answered() {
        return all().stream().mapToLong(Connection::answered).reduce(lastNumber, (sum, next) -> sum * 31 + next);
    }

    /** True when some request is not answered. */
    boolean areWaiting() {
        return all().stream().anyMatch(Connection::isWaiting);
    }

    /** True when the process holds, or held last, a lease of some connection. */
    boolean isOwner(int process) {
        return all().stream().anyMatch(connection -> connection.hasOwner(process));
    }

    /** True when the process holds every lease of every connection. */
    boolean areOwnedBy(DomainProcess process) {
        return all().stream().allMatch(connection -> connection.isOwnedBy(process));
    }

    /** The answer to a driver that asks for a connection there is already. */
    Optional<Message> bound(String name) {
        Function<Connection, Message> bound = connection -> new Message.Bound(connection.number());
        return find(name).map(bound);
    }

    void close() {
        all().forEach(Connection::close);
        byNumber.clear();
    }
}
