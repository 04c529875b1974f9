// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

/** The first byte of a message; the order is the wire's. */
enum MessageType {
    HELLO(Message.Hello.class),
    READY(Message.Ready.class),
    STORE(Message.Store.class),
    OPEN_DEVICE(Message.OpenDevice.class),
    PROMOTE(Message.Promote.class),
    ATTACH(Message.Attach.class),
    WARM_UP(Message.WarmUp.class),
    ALL_ATTACHED(Message.AllAttached.class),
    IN_LINE(Message.InLine.class),
    OPEN_SUCCESSION(Message.OpenSuccession.class),
    HEIR_VIOLATION(Message.HeirViolation.class),
    ATTACHED(Message.Attached.class),
    DETACH(Message.Detach.class),
    CONNECT(Message.Connect.class),
    BOUND(Message.Bound.class),
    OPEN_REGION(Message.OpenRegion.class),
    ALLOCATE_CHANNEL(Message.AllocateChannel.class),
    PORT(Message.Port.class),
    FENCE_VIOLATION(Message.FenceViolation.class),
    CLOSED(Message.Closed.class),
    REPORT(Message.Report.class),
    DRIVER_VIOLATION(Message.DriverViolation.class),
    SHUTDOWN(Message.Shutdown.class),
    MISBEHAVE(Message.Misbehave.class),
    DONE(Message.Done.class),
    FAILED(Message.Failed.class),
    ADOPTED(Message.Adopted.class),
    RESUMED(Message.Resumed.class),
    OPEN_TAP(Message.OpenTap.class),
    WRONG_DATA(Message.WrongData.class);

    private final Class<? extends Message> message;

    MessageType(Class<? extends Message> message) {
        this.message = message;
    }

    static MessageType of(Message message) {
        for (MessageType type : values()) {
            if (type.message == message.getClass()) {
                return type;
            }
        }
        throw new IllegalArgumentException("no such message: message=" + message);
    }
}
