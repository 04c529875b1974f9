// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Doorbell;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.store.StoreTransport;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * All that a domain may ask of its hypervisor. The one seam between drivers and the host they run on.
 *
 * <p>Calls wait for their answer; none is on the data path.
 */
public final class Hypercalls {
    private final DomainChannel channel;
    private final ChannelStoreTransport store;

    Hypercalls(DomainChannel channel, ChannelStoreTransport store) {
        this.channel = channel;
        this.store = store;
    }

    /** This domain's view of the store. */
    public StoreTransport store() {
        return store;
    }

    /** Guest: the I/O region of one of its devices, rings and buffers and grant table in one. */
    public SharedMemory openRegion(int handle) {
        return SharedMemory.open(call(new Message.OpenRegion(handle), 1).get(0));
    }

    /** Guest: a new event channel towards the driver of one of its devices. */
    public EventChannel allocateChannel(int handle) {
        DomainChannel.Answer answer = answer(new Message.AllocateChannel(handle));
        if (!(answer.message() instanceof Message.Port port)
                || answer.descriptors().size() != 3) {
            throw new HypercallException("unexpected answer: " + answer.message());
        }
        return new EventChannel(
                port.port(),
                new Doorbell.Ringer(answer.descriptors().get(0)),
                new Doorbell.Listener(answer.descriptors().get(1)),
                new Doorbell.Ringer(answer.descriptors().get(2)));
    }

    /**
     * Guest: the interface that one of its programs puts in the place of a NIC; an open file for each queue.
     *
     * @param mtu of the NIC, in bytes
     * @throws HypercallException when it can't be made
     */
    public List<Descriptor> openTap(String device, int mtu) {
        return answer(new Message.OpenTap(device, mtu)).descriptors();
    }

    /** Driver: asks for a connection its front-end has published; it is attached before this returns its number. */
    public int connect(ConnectionSpec spec) {
        DomainChannel.Answer answer = answer(new Message.Connect(spec));
        if (answer.message() instanceof Message.Bound bound) {
            return bound.connection();
        }
        throw new HypercallException("unexpected answer: " + answer.message());
    }

    /** Driver: waits for proof that the queue's last owner is dead. */
    public void awaitDeathOfOwner(int connection, int queue) {
        call(new Message.FenceViolation(connection, queue), 0);
    }

    /** Driver: waits for proof that the last heir is dead. */
    public void awaitDeathOfHeir(int heir) {
        call(new Message.HeirViolation(heir), 0);
    }

    /** Driver: this process has let go of a connection; {@code violation} is empty for an ordinary end. */
    public void closed(int connection, String violation) {
        channel.send(new Message.Closed(connection, violation));
    }

    /** Guest: its driver broke the protocol. */
    public void violated(Message.DriverViolation violation) {
        channel.send(violation);
    }

    /** Guest: its driver returned wrong data. Does not wait; true when the driver has been replaced because of it. */
    public CompletableFuture<Boolean> wrongData(int handle, int queue, long sector) {
        return channel.call(new Message.WrongData(handle, queue, sector), List.of())
                .thenApply(answer -> answer.message() instanceof Message.Done);
    }

    public void report(Message.Report report) {
        channel.send(report);
    }

    private List<Descriptor> call(Message message, int descriptors) {
        DomainChannel.Answer answer = answer(message);
        if (answer.descriptors().size() != descriptors) {
            answer.descriptors().forEach(Descriptor::close);
            throw new HypercallException("unexpected answer: " + answer.message());
        }
        return answer.descriptors();
    }

    private DomainChannel.Answer answer(Message message) {
        DomainChannel.Answer answer = channel.call(message, List.of()).join();
        if (answer.message() instanceof Message.Failed failed) {
            throw new HypercallException(failed.reason());
        }
        return answer;
    }
}
