// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

/** The paths of nodes: absolute, {@code "/"} between names, no slash at the end except for the root. */
final class StorePath {
    static final String ROOT = "/";
    /** The longest absolute path, XENSTORE_ABS_PATH_MAX. */
    static final int ABSOLUTE_BYTES_MAX = 3072;
    /** The longest relative path, XENSTORE_REL_PATH_MAX. */
    static final int RELATIVE_BYTES_MAX = 2048;

    private StorePath() {}

    /** Where a domain's relative paths start. */
    static String home(int domid) {
        return "/local/domain/" + domid;
    }

    /** The absolute path of a node that a domain names; throws {@code EINVAL} for what is no path. */
    static String resolve(String text, int domid) {
        if (isSpecial(text)) {
            throw new StoreException(StoreError.EINVAL, text);
        }
        return resolveWithSpecial(text, domid);
    }

    /** As {@link #resolve}, but a special path, {@code "@releaseDomain"}, stays as it is. */
    static String resolveWithSpecial(String text, int domid) {
        boolean relative = isRelative(text);
        int bytesMax = relative ? RELATIVE_BYTES_MAX : ABSOLUTE_BYTES_MAX;
        if (text.isEmpty() || text.length() > bytesMax || !isWellFormed(text)) {
            throw new StoreException(StoreError.EINVAL, text);
        }
        return relative ? home(domid) + "/" + text : text;
    }

    static boolean isRelative(String text) {
        return !text.startsWith("/") && !isSpecial(text);
    }

    /** Special paths name no node: they stand for what happens to domains. */
    static boolean isSpecial(String text) {
        return text.startsWith("@");
    }

    static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? ROOT : path.substring(0, slash);
    }

    static String child(String path, String name) {
        return path.equals(ROOT) ? ROOT + name : path + "/" + name;
    }

    /** How many levels a path lies below one it starts with. */
    static int levelsBelow(String path, String ancestor) {
        if (path.equals(ancestor)) {
            return 0;
        }
        int from = ancestor.equals(ROOT) ? 0 : ancestor.length();
        return (int) path.substring(from).chars().filter(c -> c == '/').count();
    }

    private static boolean isWellFormed(String text) {
        for (int at = 0; at < text.length(); at++) {
            if (!isPathCharacter(text.charAt(at))) {
                return false;
            }
        }
        return text.equals(ROOT) || !text.endsWith("/") && !text.contains("//");
    }

    private static boolean isPathCharacter(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || "-/_@".indexOf(c) >= 0;
    }
}
