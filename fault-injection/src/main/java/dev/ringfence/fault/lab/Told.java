// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What lives with a fault say of their end, one small file each: it outlives them. */
final class Told {
    private final Path directory;

    Told(Path directory) {
        this.directory = directory;
    }

    private Path file(int life) {
        return directory.resolve("told-" + life);
    }

    void tell(int life, String words) {
        try {
            Files.writeString(file(life), words);
        } catch (IOException e) {
            System.err.println("life " + life + ": " + words);
        }
    }

    /** What a life has said, which is forgotten then; empty when it said nothing. */
    String take(int life) {
        try {
            Path file = file(life);
            if (!Files.exists(file)) {
                return "";
            }
            String words = Files.readString(file);
            Files.delete(file);
            return words;
        } catch (IOException e) {
            return e.toString();
        }
    }
}
