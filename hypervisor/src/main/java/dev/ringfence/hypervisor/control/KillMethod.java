// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** How a domain is made to fail. */
public enum KillMethod {
    /** SIGKILL. */
    KILL,
    /** SIGSTOP: it is there, but does nothing. */
    STOP,
    /** It loops without progress. */
    SPIN,
    /** Its worker waits for ever for what never comes. */
    BLOCK,
    /** Its worker throws. */
    THROW,
    /** Its worker ends the process by {@code System.exit}. */
    EXIT,
    /** Its worker touches, in native code, memory that isn't there: SIGSEGV. */
    SEGV,
    /** It allocates until it is over its memory limit. */
    LEAK;

    /** As on the command line and in the control API: lower case. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<KillMethod> ofWord(String word) {
        return Arrays.stream(values()).filter(how -> how.word().equals(word)).findFirst();
    }
}
