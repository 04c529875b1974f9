// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import dev.ringfence.hypervisor.control.MachineEvent;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;

/** An event as a line for people. */
final class EventLine {
    private static final DateTimeFormatter LOCAL_TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private EventLine() {}

    /** {@code 12:00:01.250 takeover disk: standby 4251 took over outageMicros=104}. */
    static String of(MachineEvent event) {
        StringBuilder line = new StringBuilder(LOCAL_TIME.format(event.time()));
        line.append(' ').append(event.kind());
        if (!event.domain().isEmpty()) {
            line.append(' ').append(event.domain());
        }
        if (!event.message().isEmpty()) {
            line.append(": ").append(event.message());
        }
        event.detail()
                .forEach((name, value) ->
                        line.append(' ').append(name).append('=').append(value));
        return line.toString();
    }
}
