// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What lives with a fault say of it and of their end, in small files: these outlive them. */
final class Told {
    /** What an edit changed, in words. */
    static final String EDIT = "edit";

    /** What a life ended of. */
    static final String END = "end";

    private final Path directory;

    Told(Path directory) {
        this.directory = directory;
    }

    private Path file(int life, String what) {
        return directory.resolve("told-" + what + "-" + life);
    }

    void tell(int life, String what, String words) {
        try {
            Files.writeString(file(life, what), words);
        } catch (IOException e) {
            System.err.println("life " + life + ": " + words);
        }
    }

    /** What a life has said, which is forgotten then; empty when it said nothing. */
    String take(int life, String what) {
        try {
            Path file = file(life, what);
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
