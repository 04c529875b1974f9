// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.memory.Descriptor;
import dev.ringfence.memory.Errno;
import dev.ringfence.memory.IoVector;
import dev.ringfence.protocol.FrameHeaders;
import dev.ringfence.protocol.NetifLayout;

/** One pair of rings of a guest's NIC, at a switch: sends by the switch, receives from its own inbox. */
final class SwitchPort implements NetworkPort {
    private final EthernetSwitch lan;
    private final Ingress ingress;
    private final Inboxes inboxes;
    private final int queue;
    private final Runnable serving;

    /** @param serving told that this process serves the port */
    SwitchPort(EthernetSwitch lan, Ingress ingress, Inboxes inboxes, int queue, Runnable serving) {
        this.lan = lan;
        this.ingress = ingress;
        this.inboxes = inboxes;
        this.queue = queue;
        this.serving = serving;
    }

    @Override
    public void serve() {
        serving.run();
    }

    @Override
    public int send(IoVector frame, FrameHeaders headers, int gsoType) {
        return lan.pass(ingress, frame, headers, gsoType != NetifLayout.GSO_NONE);
    }

    @Override
    public int receive(IoVector frame) {
        int result = (int) inboxes.take(queue, frame);
        return result == -Errno.EAGAIN ? 0 : result;
    }

    @Override
    public int missed() {
        return inboxes.missed(queue);
    }

    @Override
    public Descriptor arrival() {
        return inboxes.arrival(queue);
    }

    /** What is to arrive where follows from the guest's connection. */
    @Override
    public void attach(boolean attached) {}

    /** Other guests' frames are passed on as they come: nobody here completes or cuts them. */
    @Override
    public void prepare(Offloads taken) {
        if (!taken.areAll()) {
            throw new IllegalArgumentException("at a switch a front-end needs feature-sg, feature-gso-tcpv4,"
                    + " feature-gso-tcpv6 and feature-ipv6-csum-offload");
        }
    }

    @Override
    public int mtu() {
        return inboxes.mtu();
    }

    /** The inboxes are closed with the switch. */
    @Override
    public void close() {}
}
