// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Other versions of the block driver, as directories of classes that go in front of the driver's class path. */
final class DriverVersion {
    private static final String RING = "dev/ringfence/ring";

    private DriverVersion() {}

    /** One that ends before it has called. */
    static Path broken(Path directory) throws IOException {
        Path source = Files.createDirectories(directory.resolve("source")).resolve("BlockDriver.java");
        Files.writeString(source, """
                package dev.ringfence.backend.block;

                public final class BlockDriver {
                    public static void main(String[] arguments) {
                        throw new IllegalStateException("this version is no good");
                    }
                }
                """);
        return compile(directory, List.of(source));
    }

    /** One whose journals are laid out by another version, and which believes no other. */
    static Path withOtherJournals(Path directory) throws IOException {
        Path sources = Path.of("..", "ring-buffers", "src", "main", "java").resolve(RING);
        Path target = Files.createDirectories(directory.resolve("source"));
        List<Path> changed = new ArrayList<>();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file :
                    files.filter(file -> !file.endsWith("package-info.java")).toList()) {
                String text = Files.readString(file);
                if (file.endsWith("JournalLayout.java")) {
                    assertThat(text).contains("VERSION = 2;");
                    text = text.replace("VERSION = 2;", "VERSION = 99;");
                }
                changed.add(Files.writeString(target.resolve(file.getFileName()), text));
            }
        }
        return compile(directory, changed);
    }

    private static Path compile(Path directory, List<Path> sources) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        assumeTrue(compiler != null, "this Java has no compiler");
        Path classes = Files.createDirectories(directory.resolve("classes"));
        List<String> arguments = new ArrayList<>(List.of("-proc:none", "-nowarn", "-d", classes.toString()));
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path")));
        sources.forEach(source -> arguments.add(source.toString()));
        assertThat(compiler.run(null, null, null, arguments.toArray(String[]::new)))
                .as("exit status of the compiler")
                .isZero();
        return classes;
    }
}
