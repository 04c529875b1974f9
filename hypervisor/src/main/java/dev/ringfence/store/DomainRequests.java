// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Requests about domains and the store itself, most of them for Domain 0 alone. Called under the store's lock. */
final class DomainRequests {
    /** A WATCH may carry a depth; XENSTORE_SERVER_FEATURE_WATCHDEPTH. */
    private static final int FEATURE_WATCH_DEPTH = 4;

    private static final int NUMBER_DIGITS_MAX = 9;
    private static final byte[] DONE = StoreMessage.strings("OK");

    private final XenStore store;

    DomainRequests(XenStore store) {
        this.store = store;
    }

    byte[] handle(StoreMessageType type, StoreMessage request, StoreDomain caller) {
        List<String> arguments = request.strings();
        return switch (type) {
            case GET_DOMAIN_PATH -> StoreMessage.strings(StorePath.home(domid(arguments, 1, 0)));
            case IS_DOMAIN_INTRODUCED -> StoreMessage.strings(store.introduced(domid(arguments, 1, 0)) ? "T" : "F");
            case GET_FEATURE -> features(arguments, caller);
            default -> {
                require(caller.privileged(), StoreError.EACCES);
                yield handlePrivileged(type, arguments);
            }
        };
    }

    private byte[] handlePrivileged(StoreMessageType type, List<String> arguments) {
        return switch (type) {
            case INTRODUCE -> introduce(arguments);
            case RELEASE -> release(arguments);
            case CONTROL -> control(arguments);
            case GET_QUOTA -> quota(arguments);
            case SET_QUOTA -> setQuota(arguments);
            default -> throw new IllegalArgumentException("no request about domains: type=" + type);
        };
    }

    /** {@code <domid>|<frame>|<event channel>|}: the last two are Xen's and of no use here. */
    private byte[] introduce(List<String> arguments) {
        store.introduce(domid(arguments, 3, 1));
        return DONE;
    }

    private byte[] release(List<String> arguments) {
        require(store.release(domid(arguments, 1, 1)), StoreError.ENOENT);
        return DONE;
    }

    private static byte[] control(List<String> arguments) {
        require(arguments.equals(List.of("help")), StoreError.EINVAL);
        return StoreMessage.strings("help");
    }

    private static byte[] features(List<String> arguments, StoreDomain caller) {
        if (!arguments.isEmpty()) {
            require(caller.privileged(), StoreError.EACCES);
            domid(arguments, 1, 0);
        }
        return StoreMessage.strings(Integer.toString(FEATURE_WATCH_DEPTH));
    }

    private byte[] quota(List<String> arguments) {
        if (arguments.isEmpty()) {
            return StoreMessage.strings(
                    Arrays.stream(StoreQuota.values()).map(StoreQuota::wireName).collect(Collectors.joining(" ")));
        }
        require(arguments.size() <= 2, StoreError.EINVAL);
        StoreQuota quota = quotaNamed(arguments.get(arguments.size() - 1));
        int limit = arguments.size() == 1
                ? store.quotas().limit(quota)
                : store.quotas().limit(domid(arguments.get(0), 0), quota);
        return StoreMessage.strings(Integer.toString(limit));
    }

    private byte[] setQuota(List<String> arguments) {
        require(arguments.size() == 2 || arguments.size() == 3, StoreError.EINVAL);
        StoreQuota quota = quotaNamed(arguments.get(arguments.size() - 2));
        int limit = number(arguments.get(arguments.size() - 1));
        if (arguments.size() == 2) {
            store.limit(StoreChanges.EVERY_DOMAIN, quota, limit);
        } else {
            store.limit(domid(arguments.get(0), 0), quota, limit);
        }
        return DONE;
    }

    private static StoreQuota quotaNamed(String name) {
        return StoreQuota.named(name).orElseThrow(() -> new StoreException(StoreError.EINVAL, name));
    }

    private static int domid(List<String> arguments, int count, int lowest) {
        require(arguments.size() == count, StoreError.EINVAL);
        return domid(arguments.get(0), lowest);
    }

    private static int domid(String text, int lowest) {
        int domid = number(text);
        require(XenStore.isDomid(domid) && domid >= lowest, StoreError.EINVAL);
        return domid;
    }

    /** An unsigned decimal number. */
    static int number(String text) {
        boolean number = !text.isEmpty()
                && text.length() <= NUMBER_DIGITS_MAX
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        require(number, StoreError.EINVAL);
        return Integer.parseInt(text);
    }

    private static void require(boolean condition, StoreError error) {
        if (!condition) {
            throw new StoreException(error, "domain request");
        }
    }
}
