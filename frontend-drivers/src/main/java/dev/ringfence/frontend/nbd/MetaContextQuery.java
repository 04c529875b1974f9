// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The data of a LIST_META_CONTEXT or SET_META_CONTEXT: an export's name and patterns of context names. */
record MetaContextQuery(String exportName, List<String> queries) {
    /** Null when the lengths in it contradict each other. */
    static MetaContextQuery parse(ByteBuf data) {
        String exportName = string(data);
        if (exportName == null || data.readableBytes() < 4) {
            return null;
        }
        long count = data.readUnsignedInt();
        List<String> queries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String query = string(data);
            if (query == null) {
                return null;
            }
            queries.add(query);
        }
        return data.isReadable() ? null : new MetaContextQuery(exportName, queries);
    }

    private static String string(ByteBuf data) {
        if (data.readableBytes() < 4) {
            return null;
        }
        long bytes = data.readUnsignedInt();
        if (bytes > data.readableBytes() || bytes > Nbd.MAX_STRING_BYTES) {
            return null;
        }
        return data.readCharSequence((int) bytes, StandardCharsets.UTF_8).toString();
    }

    boolean selectsAllocation() {
        return queries.contains(Nbd.BASE_ALLOCATION);
    }

    /** Where contexts are listed, no query stands for all of them, and a bare name space for all of its own. */
    boolean listsAllocation() {
        return queries.isEmpty() || queries.contains("base:") || selectsAllocation();
    }
}
