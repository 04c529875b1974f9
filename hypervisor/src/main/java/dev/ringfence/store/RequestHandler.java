// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Does what the requests of one session ask for. The answer is the reply's payload; a {@link StoreException} is a
 * refusal. Called under the store's lock.
 */
final class RequestHandler {
    private static final byte[] DONE = StoreMessage.strings("OK");

    private final XenStore store;
    private final StoreSession session;
    private final DomainRequests domainRequests;

    RequestHandler(XenStore store, StoreSession session) {
        this.store = store;
        this.session = session;
        this.domainRequests = new DomainRequests(store);
    }

    byte[] handle(StoreMessage request) {
        StoreMessageType type = StoreMessageType.of(request.type())
                .orElseThrow(() -> new StoreException(StoreError.ENOSYS, "message type " + request.type()));
        return switch (type) {
            case READ -> read(request, argument(request)).value();
            case DIRECTORY ->
                StoreMessage.strings(
                        List.copyOf(read(request, argument(request)).children().keySet()));
            case DIRECTORY_PART -> directoryPart(request);
            case WRITE -> write(request);
            case MKDIR -> change(request, transaction -> transaction.makeDirectory(path(argument(request))));
            case RM -> change(request, transaction -> transaction.remove(path(argument(request))));
            case GET_PERMS -> permissions(request);
            case SET_PERMS -> setPermissions(request);
            case WATCH -> watch(arguments(request, 2, 3));
            case UNWATCH -> unwatch(arguments(request, 2, 3));
            case RESET_WATCHES -> resetWatches();
            case TRANSACTION_START -> startTransaction(request);
            case TRANSACTION_END -> endTransaction(request);
            case WATCH_EVENT, ERROR -> throw new StoreException(StoreError.ENOSYS, type.name());
            default -> domainRequests.handle(type, request, session.domain());
        };
    }

    private StoreNode read(StoreMessage request, String path) {
        String resolved = path(path);
        return inTree(request, transaction -> transaction.read(resolved));
    }

    /**
     * A piece of a long list of children, for {@code <path>|<offset>|}: the node's generation, then names from that
     * offset on. One more NUL ends the last piece.
     */
    private byte[] directoryPart(StoreMessage request) {
        List<String> arguments = arguments(request, 2, 2);
        StoreNode node = read(request, arguments.get(0));
        int offset = DomainRequests.number(arguments.get(1));
        byte[] generation = StoreMessage.strings(Long.toString(node.generation()));
        byte[] names = StoreMessage.strings(List.copyOf(node.children().keySet()));
        if (offset >= names.length) {
            return StoreMessage.joined(generation, new byte[1]);
        }
        int end = Math.min(names.length, offset + StoreMessage.PAYLOAD_BYTES_MAX - generation.length - 1);
        while (end < names.length && names[end - 1] != 0) {
            end--;
        }
        byte[] piece = Arrays.copyOfRange(names, offset, end);
        return StoreMessage.joined(generation, piece, new byte[end == names.length ? 1 : 0]);
    }

    private byte[] write(StoreMessage request) {
        byte[] payload = request.payload();
        List<String> strings = request.strings();
        requireArguments(!strings.isEmpty());
        byte[] value = Arrays.copyOfRange(payload, strings.get(0).length() + 1, payload.length);
        return change(request, transaction -> transaction.write(path(strings.get(0)), value));
    }

    private byte[] permissions(StoreMessage request) {
        String path = argument(request);
        StorePermissions permissions;
        if (StorePath.isSpecial(path)) {
            permissions = special(path);
            require(session.domain().may(StorePermissions.Access.READ, permissions), StoreError.EACCES, path);
        } else {
            permissions = read(request, path).permissions();
        }
        return StoreMessage.strings(permissions.texts());
    }

    private byte[] setPermissions(StoreMessage request) {
        List<String> arguments = arguments(request, 2, Integer.MAX_VALUE);
        String path = arguments.get(0);
        StorePermissions permissions = StorePermissions.parse(arguments.subList(1, arguments.size()));
        if (!StorePath.isSpecial(path)) {
            return change(request, transaction -> transaction.setPermissions(path(path), permissions));
        }
        require(session.domain().privileged(), StoreError.EACCES, path);
        special(path);
        store.specialPermissions(path, permissions);
        return DONE;
    }

    private StorePermissions special(String path) {
        StorePermissions permissions = store.specialPermissions(path);
        require(permissions != null, StoreError.ENOENT, path);
        return permissions;
    }

    private byte[] watch(List<String> arguments) {
        String path = arguments.get(0);
        String token = arguments.get(1);
        boolean deep = arguments.size() < 3 || arguments.get(2).isEmpty();
        int depth = deep ? Watch.UNLIMITED_DEPTH : DomainRequests.number(arguments.get(2));
        String resolved = StorePath.resolveWithSpecial(path, session.domid());
        Watch watch = new Watch(session, resolved, token, resolved.length() - path.length(), depth);
        session.domain().addWatch(resolved, token);
        if (!store.watches().add(watch)) {
            session.domain().removeWatch(resolved, token);
            throw new StoreException(StoreError.EEXIST, path);
        }
        store.deliver(session, watch.event(resolved));
        return DONE;
    }

    private byte[] unwatch(List<String> arguments) {
        String path = StorePath.resolveWithSpecial(arguments.get(0), session.domid());
        String token = arguments.get(1);
        require(store.watches().remove(session, path, token), StoreError.ENOENT, path);
        session.domain().removeWatch(path, token);
        return DONE;
    }

    private byte[] resetWatches() {
        session.reset();
        return DONE;
    }

    private byte[] startTransaction(StoreMessage request) {
        if (request.transactionId() != 0) {
            session.transaction(request.transactionId());
            throw new StoreException(StoreError.EBUSY, "transaction");
        }
        return StoreMessage.strings(Integer.toUnsignedString(session.startTransaction()));
    }

    private byte[] endTransaction(StoreMessage request) {
        String commit = argument(request);
        requireArguments(commit.equals("T") || commit.equals("F"));
        TreeTransaction transaction = session.endTransaction(request.transactionId());
        if (commit.equals("T")) {
            store.commit(transaction);
        }
        return DONE;
    }

    private byte[] change(StoreMessage request, Consumer<TreeTransaction> change) {
        inTree(request, transaction -> {
            change.accept(transaction);
            return null;
        });
        return DONE;
    }

    private <T> T inTree(StoreMessage request, Function<TreeTransaction, T> work) {
        return request.transactionId() == 0
                ? store.apply(session.domain(), work)
                : work.apply(session.transaction(request.transactionId()));
    }

    private String path(String text) {
        return StorePath.resolve(text, session.domid());
    }

    private static String argument(StoreMessage request) {
        return arguments(request, 1, 1).get(0);
    }

    private static List<String> arguments(StoreMessage request, int least, int most) {
        List<String> arguments = new ArrayList<>(request.strings());
        requireArguments(arguments.size() >= least && arguments.size() <= most && request.endsInNul());
        return arguments;
    }

    private static void requireArguments(boolean condition) {
        require(condition, StoreError.EINVAL, "arguments");
    }

    private static void require(boolean condition, StoreError error, String path) {
        if (!condition) {
            throw new StoreException(error, path);
        }
    }
}
