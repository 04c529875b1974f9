// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import java.util.Map;

/** The command as a process of its own, over machines that are {@link FakeMachine}s. */
public final class FakeRingfence {
    private FakeRingfence() {}

    public static void main(String[] args) {
        System.exit(ringfence(System.getenv()).commandLine().execute(args));
    }

    static Ringfence ringfence(Map<String, String> environment) {
        return new Ringfence((file, options) -> new FakeMachine(options), environment, FakeRingfence.class);
    }
}
