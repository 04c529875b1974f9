// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.util.Locale;

/**
 * What happens to one thing on its way between a guest and its driver. The path is bad for the first driver only.
 *
 * @param which of the things of its sort, from 1; if there are fewer, nothing happens
 * @param seed says which bit, where there is one to change
 */
public record ProtocolFault(Kind kind, int which, long seed) implements Fault {
    public static final String FAMILY = "protocol";

    /** What happens to what; the number is how many of the sort there are in a trial, at least. */
    public enum Kind {
        CORRUPT_REQUEST(8, "a bit of a request is another one for the driver"),
        DROP_REQUEST(2, "the driver is not shown that there are requests"),
        DELAY_REQUEST(2, "the driver is shown late that there are requests"),
        REPEAT_REQUEST(8, "a request stands in the ring twice, and the one before it not at all"),
        REORDER_REQUESTS(7, "two requests change places"),
        CORRUPT_REQUEST_INDEX(2, "the driver reads a wild index of requests"),
        CORRUPT_RESPONSE(8, "a bit of a response is another one for the guest"),
        DROP_RESPONSE(8, "the guest overlooks a response"),
        DELAY_RESPONSE(3, "the guest sees responses late"),
        REPEAT_RESPONSE(8, "the guest is shown a response twice"),
        REORDER_RESPONSES(3, "two responses change places"),
        CORRUPT_RESPONSE_INDEX(3, "the guest reads a wild index of responses"),
        DROP_EVENT(2, "the driver is not woken"),
        DELAY_EVENT(2, "the driver is woken late"),
        REPEAT_EVENT(2, "the driver is woken again and again"),
        DROP_NOTIFICATION(2, "the guest is not woken"),
        DELAY_NOTIFICATION(2, "the guest is woken late"),
        REPEAT_NOTIFICATION(2, "the guest is woken again and again"),
        CORRUPT_GRANT(8, "a bit of a grant's entry is another one"),
        DROP_GRANT(8, "a grant is gone when the driver comes for it"),
        CORRUPT_STORE_REPLY(1, "the driver is told of a wrong ring page");

        private final int least;
        private final String description;

        Kind(int least, String description) {
            this.least = least;
            this.description = description;
        }

        /** As campaign files and ledgers write it. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        public String description() {
            return description;
        }

        /** How many things of the sort there are in a trial, at least. */
        public int least() {
            return least;
        }
    }

    @Override
    public String encode() {
        return FAMILY + " " + kind + " " + which + " " + seed;
    }

    static ProtocolFault of(String text) {
        String[] words = text.split(" ", -1);
        return new ProtocolFault(Kind.valueOf(words[0]), Integer.parseInt(words[1]), Long.parseLong(words[2]));
    }
}
