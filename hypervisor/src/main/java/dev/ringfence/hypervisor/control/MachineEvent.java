// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One line of the event stream.
 *
 * @param kind a word to select by, such as "takeover"
 * @param domain whom it happened to; "" when it is the machine as a whole
 * @param message for people
 * @param detail figures by name, the unit in the name ("outageMicros"); kept in their order
 */
public record MachineEvent(Instant time, String kind, String domain, String message, Map<String, Object> detail) {
    public MachineEvent {
        detail = Collections.unmodifiableMap(new LinkedHashMap<>(detail));
    }
}
