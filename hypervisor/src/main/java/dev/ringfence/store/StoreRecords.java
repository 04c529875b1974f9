// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Changes as bytes: a kind (u8), then what belongs to it. Big-endian; texts and values after their length (u16). */
final class StoreRecords implements StoreChanges {
    private static final int NODE = 1;
    private static final int GONE = 2;
    private static final int INTRODUCED = 3;
    private static final int RELEASED = 4;
    private static final int SPECIAL = 5;
    private static final int QUOTA = 6;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    int size() {
        return bytes.size();
    }

    /** What has been told since the last time. */
    byte[] take() {
        byte[] taken = bytes.toByteArray();
        bytes.reset();
        return taken;
    }

    private interface Writing {
        void run() throws IOException;
    }

    private void write(int kind, Writing body) {
        try {
            out.writeByte(kind);
            body.run();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    @Override
    public void node(String path, byte[] value, StorePermissions permissions) {
        write(NODE, () -> {
            text(path);
            out.writeShort(value.length);
            out.write(value);
            permissions(permissions);
        });
    }

    @Override
    public void gone(String path) {
        write(GONE, () -> text(path));
    }

    @Override
    public void introduced(int domid) {
        write(INTRODUCED, () -> out.writeInt(domid));
    }

    @Override
    public void released(int domid) {
        write(RELEASED, () -> out.writeInt(domid));
    }

    @Override
    public void special(String path, StorePermissions permissions) {
        write(SPECIAL, () -> {
            text(path);
            permissions(permissions);
        });
    }

    @Override
    public void quota(int domid, StoreQuota quota, int limit) {
        write(QUOTA, () -> {
            out.writeInt(domid);
            text(quota.wireName());
            out.writeInt(limit);
        });
    }

    private void text(String text) throws IOException {
        byte[] encoded = text.getBytes(StandardCharsets.ISO_8859_1);
        out.writeShort(encoded.length);
        out.write(encoded);
    }

    private void permissions(StorePermissions permissions) throws IOException {
        List<String> texts = permissions.texts();
        out.writeShort(texts.size());
        for (String entry : texts) {
            text(entry);
        }
    }

    /** Tells what the bytes tell; throws an {@link UncheckedIOException} when they end too early. */
    static void replay(byte[] bytes, StoreChanges changes) {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
        try {
            while (in.available() > 0) {
                replayOne(in, changes);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void replayOne(DataInputStream in, StoreChanges changes) throws IOException {
        int kind = in.readUnsignedByte();
        switch (kind) {
            case NODE -> {
                String path = readText(in);
                byte[] value = readBytes(in);
                changes.node(path, value, readPermissions(in));
            }
            case GONE -> changes.gone(readText(in));
            case INTRODUCED -> changes.introduced(in.readInt());
            case RELEASED -> changes.released(in.readInt());
            case SPECIAL -> {
                String path = readText(in);
                changes.special(path, readPermissions(in));
            }
            case QUOTA -> {
                int domid = in.readInt();
                StoreQuota quota = StoreQuota.named(readText(in)).orElseThrow(() -> new IOException("no such quota"));
                changes.quota(domid, quota, in.readInt());
            }
            default -> throw new IOException("no such record: kind=" + kind);
        }
    }

    private static String readText(DataInputStream in) throws IOException {
        return new String(readBytes(in), StandardCharsets.ISO_8859_1);
    }

    private static byte[] readBytes(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readUnsignedShort()];
        in.readFully(bytes);
        return bytes;
    }

    private static StorePermissions readPermissions(DataInputStream in) throws IOException {
        int count = in.readUnsignedShort();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(readText(in));
        }
        return StorePermissions.parse(texts);
    }
}
