// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import dev.ringfence.store.DeviceState;
import java.util.concurrent.TimeUnit;

/** What a {@link HostileGuest} is told to do with a NIC. */
final class HostileNic {
    private HostileNic() {}

    /**
     * {@code nic attack ATTACK NIC}, {@code nic flip FLIPATTACK NIC}, {@code nic fuzz SEED NIC}, {@code nic check NIC}, {@code nic reconnect NIC}, {@code nic
     * flood MILLIS NIC}, {@code nic deaf BUFFERS NIC}: posts so many and looks at nothing that arrives.
     */
    static String obey(RawNic nic, String[] words) {
        return switch (words[1]) {
            case "attack" -> attack(NicAttack.valueOf(words[2]), nic);
            case "flip" -> flip(FlipAttack.valueOf(words[2]), nic);
            case "fuzz" -> NicFuzz.run(nic, Long.parseLong(words[2]));
            case "check" -> check(nic);
            case "reconnect" -> reconnect(nic);
            case "flood" -> "frames " + nic.flood(TimeUnit.MILLISECONDS.toNanos(Long.parseLong(words[2])));
            case "deaf" -> deaf(nic, Integer.parseInt(words[2]));
            default -> "no such command";
        };
    }

    private static String attack(NicAttack attack, RawNic nic) {
        String outcome = attack.carryOut(nic);
        if (nic.state() == DeviceState.CONNECTED) {
            outcome += check(nic).equals("status 0") ? "" : ", and then nothing more";
        }
        nic.reconnect();
        return outcome;
    }

    private static String flip(FlipAttack attack, RawNic nic) {
        nic.reconnectFlipping();
        String outcome = attack.carryOut(nic);
        if (nic.state() == DeviceState.CONNECTED) {
            outcome += check(nic).equals("status 0") ? "" : ", and then nothing more";
        }
        nic.reconnect();
        return outcome;
    }

    private static String reconnect(RawNic nic) {
        nic.reconnect();
        return "connected";
    }

    /** Sends a frame. */
    private static String check(RawNic nic) {
        nic.put(RawNic.DATA_REF, 0, 0, 1, RawNic.ARP_BYTES);
        return nic.perform();
    }

    private static String deaf(RawNic nic, int buffers) {
        for (int i = 0; i < buffers; i++) {
            nic.post(i, RawNic.BUFFER_REF + i % RawNic.BUFFERS);
        }
        return check(nic);
    }
}
