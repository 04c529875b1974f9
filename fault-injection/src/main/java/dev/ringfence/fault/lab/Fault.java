// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

/**
 * What a trial does to a driver. A family of faults is one of these records; what a fault's name, parameters and seed leave open,
 * chance does not decide either: the same fault is the same every time.
 */
public sealed interface Fault permits CodeFault, DeviceFault, ProcessFault, ProtocolFault {
    /** One line, for the process that is to have it: the family's word, then what {@link #decode} of the family takes. */
    String encode();

    static Fault decode(String text) {
        int space = text.indexOf(' ');
        String rest = text.substring(space + 1);
        return switch (text.substring(0, space)) {
            case CodeFault.FAMILY -> CodeFault.of(rest);
            case DeviceFault.FAMILY -> DeviceFault.of(rest);
            case ProcessFault.FAMILY -> ProcessFault.of(rest);
            case ProtocolFault.FAMILY -> ProtocolFault.of(rest);
            default -> throw new IllegalArgumentException("fault=" + text);
        };
    }
}
