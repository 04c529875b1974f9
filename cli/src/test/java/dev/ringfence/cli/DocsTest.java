// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.fault.campaign.CampaignReader;
import dev.ringfence.hypervisor.machine.MachineFileReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The documents show no code that does not exist. Above each block of Java stands the path of a file, of the main or the test
 * sources of a module, and in that file the block occurs, line by line; each block of JSON that is a whole file is a valid machine or campaign.
 */
final class DocsTest {
    private static final Path ROOT = TidyTest.projectRoot();
    private static final Pattern BLOCK = Pattern.compile("(?m)^```(java|json)\n(.*?)^```$", Pattern.DOTALL);
    private static final Pattern SOURCE = Pattern.compile("`([a-z-]+/src/(?:main|test)/java/[\\w/]+\\.java)`:\n\n$");
    private static final int BLOCKS_MIN = 1;

    static List<Path> documents() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            List<Path> documents = new ArrayList<>(docs.sorted().toList());
            documents.add(ROOT.resolve("README.md"));
            return documents;
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void whatADocumentShowsExists(Path document, @TempDir Path directory) throws IOException {
        String text = Files.readString(document);
        int blocks = check(text, directory);
        if (document.startsWith(ROOT.resolve("docs"))) {
            assertThat(blocks).as("blocks of %s", document).isGreaterThanOrEqualTo(BLOCKS_MIN);
        }
    }

    private static int check(String text, Path directory) throws IOException {
        Matcher block = BLOCK.matcher(text);
        int blocks = 0;
        for (; block.find(); blocks++) {
            if (block.group(1).equals("json") && !block.group(2).startsWith("{")) {
                continue; // a piece of a machine file
            }
            if (block.group(2).contains("\"campaign\"")) {
                CampaignReader.read(Files.writeString(directory.resolve("campaign.json"), block.group(2)));
            } else if (block.group(1).equals("json")) {
                MachineFileReader.read(Files.writeString(directory.resolve("machine.json"), block.group(2)));
            } else {
                Matcher source = SOURCE.matcher(text.substring(0, block.start()));
                assertThat(source.find()).as("a path above\n%s", block.group(2)).isTrue();
                assertThat(occurs(block.group(2), ROOT.resolve(source.group(1))))
                        .as("%s has\n%s", source.group(1), block.group(2))
                        .isTrue();
            }
        }
        return blocks;
    }

    /** Whatever it is indented by. */
    private static boolean occurs(String shown, Path file) throws IOException {
        List<String> wanted = shown.lines().map(String::strip).toList();
        List<String> lines = Files.readString(file).lines().map(String::strip).toList();
        return Collections.indexOfSubList(lines, wanted) >= 0;
    }

    private static String shown(String path, String code) {
        return "As in\n`" + path + "`:\n\n```java\n" + code + "\n```\n";
    }

    private static final String THIS = "cli/src/test/java/dev/ringfence/cli/DocsTest.java";

    @Test
    void codeThatIsThereIsFound(@TempDir Path directory) throws IOException {
        assertThat(check(shown(THIS, "final class DocsTest {"), directory)).isEqualTo(1);
    }

    @Test
    void codeThatHasChangedIsNoticed(@TempDir Path directory) {
        assertThatThrownBy(() -> check(shown(THIS, "final class Docs" + "Text {"), directory))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void codeOfNowhereIsNoticed(@TempDir Path directory) {
        assertThatThrownBy(() -> check("```java\nfinal class DocsTest {\n```\n", directory))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void aMachineThatCannotBeIsNoticed(@TempDir Path directory) {
        assertThatThrownBy(() -> check("```json\n{ \"machine\": \"m\" }\n```\n", directory))
                .hasMessageContaining("driverDomains");
    }
}
