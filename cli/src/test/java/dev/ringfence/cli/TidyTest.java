// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the formatter and the compiler don't keep: limits and manners of the source tree. */
final class TidyTest {

    private static final int MAX_FILE_LINES = 400;
    private static final String LICENCE = "// SPDX-License-Identifier: Apache-2.0";
    // in two halves, so that this file passes
    private static final List<String> UNFINISHED = List.of("TO" + "DO", "FIX" + "ME");

    private static final Set<String> NOT_SOURCES = Set.of("target", ".git");

    private final Path root = projectRoot();

    @Test
    void everyJavaFileStartsWithItsLicence() {
        assertThat(javaFilesWhere(lines -> lines.isEmpty() || !lines.get(0).equals(LICENCE)))
                .as("Java files whose first line is not " + LICENCE)
                .isEmpty();
    }

    @Test
    void noJavaFileIsTooLong() {
        assertThat(javaFilesWhere(lines -> lines.size() > MAX_FILE_LINES))
                .as("Java files longer than %d lines", MAX_FILE_LINES)
                .isEmpty();
    }

    @Test
    void nothingIsLeftForLater() {
        Predicate<Path> text = file -> file.toString().matches(".*\\.(java|md|xml|sh|json)|.*/(mvnw|run|ringfence)");
        assertThat(filesWhere(text, TidyTest::isUnfinished))
                .as("files with a note to finish them later")
                .isEmpty();
    }

    @Test
    void everyPackageExplainsItself() {
        assertThat(files(TidyTest::isMainJava)
                        .map(Path::getParent)
                        .distinct()
                        .filter(directory -> !Files.exists(directory.resolve("package-info.java")))
                        .map(root::relativize))
                .as("packages without package-info.java")
                .isEmpty();
    }

    private static boolean isMainJava(Path file) {
        return file.toString().endsWith(".java") && file.toString().contains("/src/main/java/");
    }

    private static boolean isUnfinished(List<String> lines) {
        return lines.stream().anyMatch(line -> UNFINISHED.stream().anyMatch(line::contains));
    }

    private List<Path> javaFilesWhere(Predicate<List<String>> offends) {
        return filesWhere(file -> file.toString().endsWith(".java"), offends);
    }

    private List<Path> filesWhere(Predicate<Path> kind, Predicate<List<String>> offends) {
        return files(kind)
                .filter(file -> offends.test(lines(file)))
                .map(root::relativize)
                .toList();
    }

    /** The files of the project, without those that a build or Git made. */
    private Stream<Path> files(Predicate<Path> kind) {
        List<Path> found = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                    return NOT_SOURCES.contains(directory.getFileName().toString())
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (kind.test(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found.stream().sorted();
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path projectRoot() {
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            if (Files.exists(directory.resolve("mvnw"))) {
                return directory;
            }
        }
        throw new IllegalStateException(
                "no mvnw above workingDirectory=" + Path.of("").toAbsolutePath());
    }
}
