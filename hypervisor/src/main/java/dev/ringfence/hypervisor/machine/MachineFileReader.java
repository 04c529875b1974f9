// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import java.nio.file.Path;
import java.util.function.Function;

/** Reads and checks machine files. */
public final class MachineFileReader {
    private MachineFileReader() {}

    /**
     * Checks the file and what it names on this host; opens and creates nothing.
     *
     * @throws MachineFileException with everything that is wrong with it
     */
    public static MachineFile read(Path file) {
        return read(file, FileFacts::of);
    }

    static MachineFile read(Path file, Function<Path, FileFacts> host) {
        Problems problems = new Problems(file.toString());
        SourceTree source = SourceTree.read(file, problems);
        problems.throwIfAny();
        Path absolute = file.toAbsolutePath().normalize();
        MachineFile machine = new MachineParser(absolute, host).parse(source, problems);
        problems.throwIfAny();
        return machine;
    }
}
