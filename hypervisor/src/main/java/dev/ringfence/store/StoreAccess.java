// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reading and writing the store, by single requests ({@link StoreClient}) or within a {@link StoreTransaction}.
 *
 * <p>Paths are absolute, or relative to the domain's own {@code /local/domain/<domid>}. Values are text. Every method
 * may throw a {@link StoreException}: {@code EACCES} where the domain may not, {@code EINVAL} for what is no path,
 * {@code ENOSPC} beyond a quota, {@code ENOTCONN} and {@code ETIMEDOUT} when the store cannot be asked.
 */
public abstract class StoreAccess {
    StoreAccess() {}

    /** The value of a node; empty if there is none. */
    public Optional<String> read(String path) {
        return unlessAbsent(
                () -> Optional.of(new String(call(StoreMessageType.READ, path).payload(), StandardCharsets.UTF_8)),
                Optional.empty());
    }

    public boolean exists(String path) {
        return read(path).isPresent();
    }

    /** The names of the nodes right below one, sorted; none if that node does not exist. */
    public List<String> directory(String path) {
        return unlessAbsent(() -> names(path), List.of());
    }

    /** Sets the value of a node and creates it, and those missing above it, if need be. */
    public void write(String path, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        call(StoreMessageType.WRITE, path, StoreMessage.joined(StoreMessage.strings(path), bytes));
    }

    /** Creates an empty node, and those missing above it; leaves one that exists as it is. */
    public void mkdir(String path) {
        call(StoreMessageType.MKDIR, path);
    }

    /** Removes a node and all below it, if it exists. */
    public void remove(String path) {
        unlessAbsent(() -> call(StoreMessageType.RM, path), null);
    }

    /** The permissions of a node; {@code ENOENT} if there is none. */
    public StorePermissions permissions(String path) {
        return StorePermissions.parse(call(StoreMessageType.GET_PERMS, path).strings());
    }

    /** Sets the permissions of a node that the domain owns; {@code ENOENT} if there is none. */
    public void setPermissions(String path, StorePermissions permissions) {
        byte[] entries = StoreMessage.strings(permissions.texts());
        call(StoreMessageType.SET_PERMS, path, StoreMessage.joined(StoreMessage.strings(path), entries));
    }

    /** Asks the store and waits for the reply; an error reply is thrown. */
    abstract StoreMessage call(StoreMessageType type, String path, byte[] payload);

    private StoreMessage call(StoreMessageType type, String path) {
        return call(type, path, StoreMessage.strings(path));
    }

    private static <T> T unlessAbsent(Supplier<T> request, T absent) {
        try {
            return request.get();
        } catch (StoreException e) {
            if (e.error() != StoreError.ENOENT) {
                throw e;
            }
            return absent;
        }
    }

    private List<String> names(String path) {
        try {
            return call(StoreMessageType.DIRECTORY, path).strings();
        } catch (StoreException e) {
            if (e.error() != StoreError.E2BIG) {
                throw e;
            }
            return longNames(path);
        }
    }

    /** A list too long for one message comes in pieces, from the start again if the node changed meanwhile. */
    private List<String> longNames(String path) {
        ByteArrayOutputStream names = new ByteArrayOutputStream();
        String generation = "";
        boolean last = false;
        while (!last) {
            byte[] request = StoreMessage.strings(path, Integer.toString(names.size()));
            StoreMessage reply = call(StoreMessageType.DIRECTORY_PART, path, request);
            String replyGeneration = reply.strings().get(0);
            if (!replyGeneration.equals(generation) && names.size() > 0) {
                names.reset();
                continue;
            }
            generation = replyGeneration;
            byte[] payload = reply.payload();
            int start = generation.length() + 1;
            // One NUL more than the last name's ends the last piece.
            last = payload[payload.length - 1] == 0 && payload[payload.length - 2] == 0;
            names.write(payload, start, payload.length - start - (last ? 1 : 0));
        }
        return StoreMessage.splitStrings(names.toByteArray());
    }
}
