// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.domain;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Messages as bytes: type (u8), call (i32; 0 when no answer is expected, negative in an answer), body. Big-endian.
 *
 * <pre>
 *   message            descriptors beside it
 *   OpenSuccession     the domain's succession region
 *   OpenDevice         the device's open files
 *   Attach             I/O region, control region, then of each queue: listener, ringer, ringer of the listener
 *   answer to OpenRegion        I/O region
 *   answer to OpenTap           an open file for each queue of the interface
 *   Port               ringer, listener, ringer of the listener
 * </pre>
 *
 * A hand-written codec because both ends start often and must start fast.
 */
final class MessageCodec {
    /** A message that makes no sense: its sender is not to be trusted with the channel any longer. */
    static final class MalformedMessageException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MalformedMessageException(String what) {
            super(what);
        }
    }

    private static final int MOST_ELEMENTS = 4096;

    record Envelope(int call, Message message) {}

    private MessageCodec() {}

    static byte[] encode(int call, Message message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            MessageType type = MessageType.of(message);
            out.writeByte(type.ordinal());
            out.writeInt(call);
            write(out, message);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static Envelope decode(byte[] bytes) {
        try {
            DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
            int type = in.readUnsignedByte();
            if (type >= MessageType.values().length) {
                throw new MalformedMessageException("type=" + type);
            }
            int call = in.readInt();
            return new Envelope(call, read(in, MessageType.values()[type]));
        } catch (IOException | IllegalArgumentException e) {
            throw new MalformedMessageException(e.toString());
        }
    }

    private static void write(DataOutputStream out, Message message) throws IOException {
        if (message instanceof Message.Hello m) {
            out.writeInt(m.process());
        } else if (message instanceof Message.Store m) {
            out.writeInt(m.packet().length);
            out.write(m.packet());
        } else if (message instanceof Message.OpenDevice m) {
            writeDevice(out, m.device());
        } else if (message instanceof Message.Attach m) {
            out.writeInt(m.connection());
            writeConnection(out, m.spec());
            writeInts(out, m.ringFrames());
        } else if (message instanceof Message.Attached m) {
            writeInts(out, m.threads());
        } else if (message instanceof Message.Detach m) {
            out.writeInt(m.connection());
        } else if (message instanceof Message.Connect m) {
            writeConnection(out, m.spec());
        } else if (message instanceof Message.Bound m) {
            out.writeInt(m.connection());
        } else {
            writeRest(out, message);
        }
    }

    private static void writeRest(DataOutputStream out, Message message) throws IOException {
        if (message instanceof Message.OpenRegion m) {
            out.writeInt(m.handle());
        } else if (message instanceof Message.AllocateChannel m) {
            out.writeInt(m.handle());
        } else if (message instanceof Message.Port m) {
            out.writeInt(m.port());
        } else if (message instanceof Message.FenceViolation m) {
            out.writeInt(m.connection());
            out.writeInt(m.queue());
        } else if (message instanceof Message.Closed m) {
            out.writeInt(m.connection());
            out.writeUTF(m.violation());
        } else if (message instanceof Message.Report m) {
            out.writeUTF(m.kind());
            out.writeUTF(m.message());
            writeFigures(out, m.figures());
        } else if (message instanceof Message.InLine m) {
            out.writeInt(m.thread());
        } else if (message instanceof Message.HeirViolation m) {
            out.writeInt(m.heir());
        } else if (message instanceof Message.DriverViolation m) {
            writeViolation(out, m);
        } else if (message instanceof Message.WrongData m) {
            out.writeInt(m.handle());
            out.writeInt(m.queue());
            out.writeLong(m.sector());
        } else if (message instanceof Message.OpenTap m) {
            out.writeUTF(m.device());
            out.writeInt(m.mtu());
        } else if (message instanceof Message.Misbehave m) {
            out.writeUTF(m.how());
        } else if (message instanceof Message.Failed m) {
            out.writeUTF(m.reason());
        }
    }

    private static Message read(DataInputStream in, MessageType type) throws IOException {
        return switch (type) {
            case HELLO -> new Message.Hello(in.readInt());
            case READY -> new Message.Ready();
            case STORE -> new Message.Store(in.readNBytes(count(in.readInt(), 8192)));
            case OPEN_DEVICE -> new Message.OpenDevice(readDevice(in));
            case PROMOTE -> new Message.Promote();
            case ATTACH -> new Message.Attach(in.readInt(), readConnection(in), readInts(in));
            case WARM_UP -> new Message.WarmUp();
            case ALL_ATTACHED -> new Message.AllAttached();
            case IN_LINE -> new Message.InLine(in.readInt());
            case OPEN_SUCCESSION -> new Message.OpenSuccession();
            case HEIR_VIOLATION -> new Message.HeirViolation(in.readInt());
            case ATTACHED -> new Message.Attached(readInts(in));
            case DETACH -> new Message.Detach(in.readInt());
            case CONNECT -> new Message.Connect(readConnection(in));
            case BOUND -> new Message.Bound(in.readInt());
            case OPEN_REGION -> new Message.OpenRegion(in.readInt());
            case ALLOCATE_CHANNEL -> new Message.AllocateChannel(in.readInt());
            case PORT -> new Message.Port(in.readInt());
            case FENCE_VIOLATION -> new Message.FenceViolation(in.readInt(), in.readInt());
            case CLOSED -> new Message.Closed(in.readInt(), in.readUTF());
            case REPORT -> new Message.Report(in.readUTF(), in.readUTF(), readFigures(in));
            case DRIVER_VIOLATION -> readViolation(in);
            case SHUTDOWN -> new Message.Shutdown();
            case MISBEHAVE -> new Message.Misbehave(in.readUTF());
            case DONE -> new Message.Done();
            case FAILED -> new Message.Failed(in.readUTF());
            case ADOPTED -> new Message.Adopted();
            case RESUMED -> new Message.Resumed();
            case WRONG_DATA -> new Message.WrongData(in.readInt(), in.readInt(), in.readLong());
            case OPEN_TAP -> new Message.OpenTap(in.readUTF(), in.readInt());
        };
    }

    private static void writeViolation(DataOutputStream out, Message.DriverViolation violation) throws IOException {
        out.writeInt(violation.handle());
        out.writeInt(violation.queue());
        out.writeInt(violation.index());
        out.writeLong(violation.id());
        out.writeInt(violation.operation());
        out.writeInt(violation.status());
        out.writeUTF(violation.reason());
    }

    private static Message readViolation(DataInputStream in) throws IOException {
        return new Message.DriverViolation(
                in.readInt(), in.readInt(), in.readInt(), in.readLong(), in.readInt(), in.readInt(), in.readUTF());
    }

    private static void writeConnection(DataOutputStream out, ConnectionSpec spec) throws IOException {
        out.writeInt(spec.frontend());
        out.writeInt(spec.handle());
        out.writeUTF(spec.device());
        out.writeInt(spec.slots());
        out.writeBoolean(spec.readOnly());
        out.writeInt(spec.queues().size());
        for (QueueSpec queue : spec.queues()) {
            writeInts(out, queue.ringRefs());
            out.writeInt(queue.eventChannel());
            out.writeBoolean(queue.posts());
        }
        out.writeUTF(spec.receive().text());
    }

    private static ConnectionSpec readConnection(DataInputStream in) throws IOException {
        int frontend = in.readInt();
        int handle = in.readInt();
        String device = in.readUTF();
        int slots = in.readInt();
        boolean readOnly = in.readBoolean();
        int count = count(in.readInt(), MOST_ELEMENTS);
        List<QueueSpec> queues = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            queues.add(new QueueSpec(readInts(in), in.readInt(), in.readBoolean()));
        }
        ReceiveMode receive = ReceiveMode.parse(in.readUTF()).orElseThrow(() -> new IOException("no way to receive"));
        return new ConnectionSpec(frontend, handle, device, slots, readOnly, queues, receive);
    }

    private static void writeDevice(DataOutputStream out, DeviceDescription device) throws IOException {
        out.writeUTF(device.name());
        out.writeUTF(device.kind());
        out.writeLong(device.bytes());
        out.writeInt(device.sectorBytes());
        out.writeBoolean(device.readOnly());
        out.writeInt(device.maxQueues());
        out.writeInt(device.options().size());
        for (Map.Entry<String, String> option : device.options().entrySet()) {
            out.writeUTF(option.getKey());
            out.writeUTF(option.getValue());
        }
    }

    private static DeviceDescription readDevice(DataInputStream in) throws IOException {
        String name = in.readUTF();
        String kind = in.readUTF();
        long bytes = in.readLong();
        int sectorBytes = in.readInt();
        boolean readOnly = in.readBoolean();
        int maxQueues = in.readInt();
        int count = count(in.readInt(), MOST_ELEMENTS);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            options.put(in.readUTF(), in.readUTF());
        }
        return new DeviceDescription(name, kind, bytes, sectorBytes, readOnly, maxQueues, options);
    }

    private static void writeInts(DataOutputStream out, List<Integer> values) throws IOException {
        out.writeInt(values.size());
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static List<Integer> readInts(DataInputStream in) throws IOException {
        int count = count(in.readInt(), MOST_ELEMENTS);
        List<Integer> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            values.add(in.readInt());
        }
        return values;
    }

    private static void writeFigures(DataOutputStream out, Map<String, Long> figures) throws IOException {
        out.writeInt(figures.size());
        for (Map.Entry<String, Long> figure : figures.entrySet()) {
            out.writeUTF(figure.getKey());
            out.writeLong(figure.getValue());
        }
    }

    private static Map<String, Long> readFigures(DataInputStream in) throws IOException {
        int count = count(in.readInt(), MOST_ELEMENTS);
        Map<String, Long> figures = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            figures.put(in.readUTF(), in.readLong());
        }
        return figures;
    }

    private static int count(int claimed, int most) {
        if (claimed < 0 || claimed > most) {
            throw new MalformedMessageException("count=" + claimed);
        }
        return claimed;
    }
}
