// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.store.StoreAccess;
import dev.ringfence.store.StoreClient;
import dev.ringfence.store.StoreError;
import dev.ringfence.store.StoreException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A node of the store and all below it, at one moment.
 *
 * @param values by absolute path, each node before those below it
 */
record StoreListing(String path, Map<String, String> values) {
    static StoreListing of(StoreClient store, String path) {
        return store.transaction(snapshot -> {
            StoreListing listing = new StoreListing(path, new LinkedHashMap<>());
            listing.add(snapshot, path);
            return listing;
        });
    }

    /** As xenstore-ls does: a blank more a level, the names alone. */
    void print(PrintWriter out) {
        int above = depth(path) + 1;
        values.forEach((node, value) -> {
            if (!node.equals(path)) {
                String name = node.substring(node.lastIndexOf('/') + 1);
                out.println(" ".repeat(depth(node) - above) + name + " = \"" + escaped(value) + "\"");
            }
        });
    }

    private void add(StoreAccess snapshot, String node) {
        values.put(node, snapshot.read(node).orElseThrow(() -> new StoreException(StoreError.ENOENT, node)));
        for (String name : snapshot.directory(node)) {
            add(snapshot, node.equals("/") ? "/" + name : node + "/" + name);
        }
    }

    private static int depth(String node) {
        return node.equals("/")
                ? 0
                : (int) node.chars().filter(letter -> letter == '/').count();
    }

    private static String escaped(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char letter = value.charAt(i);
            switch (letter) {
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                case '\\' -> text.append("\\\\");
                case '"' -> text.append("\\\"");
                default ->
                    text.append(
                            Character.isISOControl(letter)
                                    ? String.format("\\%03o", (int) letter)
                                    : String.valueOf(letter));
            }
        }
        return text.toString();
    }
}
