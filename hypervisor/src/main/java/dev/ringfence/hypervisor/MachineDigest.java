// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.ringfence.hypervisor.control.ControlException;
import dev.ringfence.hypervisor.machine.MachineFile;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells whether two machine files describe the same machine, however they are laid out. */
final class MachineDigest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private MachineDigest() {}

    /** Of what the file says, and of where it lies: relative paths in it are taken from there. */
    static String of(MachineFile file) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(JSON.writeValueAsBytes(file.file().getParent().toString()));
            digest.update(JSON.writeValueAsBytes(JSON.readValue(file.file().toFile(), Object.class)));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new ControlException(400, file.file() + " can't be read: " + e.getMessage(), e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
