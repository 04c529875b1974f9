// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class LedgerTest {
    private static final LedgerHeader HEADER =
            new LedgerHeader(LedgerHeader.VERSION, "small", 7, 100, "1/1", "b1", Map.of("processors", "2"));

    @TempDir
    Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("ledger.jsonl");
    }

    private static TrialRecord trial(long number, OutcomeClass outcome) {
        FaultDescription fault = new FaultDescription("code", "branch", "kit", "A.b:1", "goto → nop");
        return new TrialRecord(
                number, "block", fault, outcome, 3, true, 0, 410, 90_000, List.of("a", "b"), "line 1\nline 2");
    }

    private void write(TrialRecord... trials) throws IOException {
        try (Ledger ledger = Ledger.create(file, HEADER)) {
            for (TrialRecord trial : trials) {
                ledger.append(trial);
            }
        }
    }

    private void add(String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.APPEND);
    }

    private String line(int number) throws IOException {
        return Files.readAllLines(file).get(number - 1);
    }

    @ParameterizedTest
    @EnumSource(OutcomeClass.class)
    void whatIsWrittenIsRead(OutcomeClass outcome) throws IOException {
        write(trial(9, outcome), trial(0, outcome));

        Ledger.Read read = Ledger.read(file);

        assertThat(read.header()).isEqualTo(HEADER);
        assertThat(read.trials()).containsExactly(trial(9, outcome), trial(0, outcome));
        assertThat(read.torn()).isFalse();
        assertThat(line(2)).contains("\"outcome\":\"" + outcome.word() + "\"");
    }

    @Test
    void aTrialIsOneLineThatIsThereAtOnce() throws IOException {
        try (Ledger ledger = Ledger.create(file, HEADER)) {
            ledger.append(trial(0, OutcomeClass.CRASH));
            assertThat(Files.readAllLines(file)).hasSize(2);
        }
    }

    @Test
    void aLedgerIsNotOverwritten() throws IOException {
        write(trial(0, OutcomeClass.CRASH));

        assertThatThrownBy(() -> Ledger.create(file, HEADER)).isInstanceOf(FileAlreadyExistsException.class);
        assertThat(Ledger.read(file).trials()).hasSize(1);
    }

    @Test
    void ofATrialThatComesTwiceTheLaterLineCounts() throws IOException {
        write(trial(4, OutcomeClass.HANG), trial(5, OutcomeClass.MASKED), trial(4, OutcomeClass.CRASH));

        assertThat(Ledger.read(file).trials())
                .containsExactly(trial(4, OutcomeClass.CRASH), trial(5, OutcomeClass.MASKED));
        assertThat(Ledger.read(file).repeated()).isEqualTo(1);
    }

    @Test
    void aLineWhoseWriterWasKilledIsDroppedWhereverItWasCut() throws IOException {
        write(trial(0, OutcomeClass.CRASH), trial(1, OutcomeClass.HOG));
        byte[] whole = Files.readAllBytes(file);
        int lastLine = line(3).getBytes(StandardCharsets.UTF_8).length + 1;

        for (int missing = 1; missing <= lastLine; missing++) {
            Files.write(file, Arrays.copyOf(whole, whole.length - missing));
            Ledger.Read read = Ledger.read(file);
            assertThat(read.trials()).containsExactly(trial(0, OutcomeClass.CRASH));
            assertThat(read.torn()).isEqualTo(missing < lastLine);
        }
    }

    @Test
    void aLedgerGoesOnBehindItsLastWholeLine() throws IOException {
        write(trial(0, OutcomeClass.CRASH));
        add("{\"trial\":1,\"dri");

        try (Ledger ledger = Ledger.reopen(file)) {
            assertThat(ledger.header()).isEqualTo(HEADER);
            ledger.append(trial(1, OutcomeClass.HOG));
        }

        Ledger.Read read = Ledger.read(file);
        assertThat(read.trials()).containsExactly(trial(0, OutcomeClass.CRASH), trial(1, OutcomeClass.HOG));
        assertThat(read.torn()).isFalse();
    }

    @Test
    void aLedgerHasOneWriter() throws IOException {
        write();
        try (Ledger ledger = Ledger.reopen(file)) {
            assertThatThrownBy(() -> Ledger.reopen(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("writes it");
            ledger.append(trial(0, OutcomeClass.CRASH));
        }
        assertThat(Ledger.read(file).trials()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "nonsense                  | Unrecognized token 'nonsense'",
                "[]                        | no JSON object; expected a trial",
                "{\"trial\":1}             | no \"driver\"; expected a trial with the keys trial, driver, fault",
                "s/\"crash\"/\"boom\"/     | not one of the values accepted for Enum class",
                "s/\"hits\":3/\"hits\":\"3\"/  | Cannot coerce String value",
                "s/\"hits\":3/\"hits\":3.5/ | \"hits\": Cannot coerce Floating-point value",
                "s/\"hits\":3/\"hist\":3/  | no \"hits\"",
                "s/\"hits\":3/\"hits\":3,\"x\":1/ | Unrecognized field \"x\"",
                "s/\"trial\":0/\"trial\":100/ | trial 100; expected one from 0 to 99",
                "s/\"family\"/\"f\"/       | no \"family\"; expected a fault",
                "s/$/ {}/                  | Trailing token"
            })
    void aLineThatIsNoTrialIsNamed(String bad, String expected) throws IOException {
        write(trial(0, OutcomeClass.CRASH));
        add((bad.startsWith("s/") ? edited(line(2), bad) : bad) + "\n" + line(2) + "\n");

        assertThatThrownBy(() -> Ledger.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith(file + ", line 3: ")
                .hasMessageContaining("; expected ")
                .hasMessageContaining(expected);
    }

    /** @param command of sed's kind: s/from/to/ */
    private static String edited(String text, String command) {
        String[] parts = command.split("/");
        String edited = text.replaceFirst(parts[1], parts[2]);
        assertThat(edited).isNotEqualTo(text);
        return edited;
    }

    @ParameterizedTest
    @CsvSource({
        "'\"version\":1','\"version\":2',version 2; expected version 1",
        "1/1,3/2,'shard \"3/2\"; expected \"K/N\"'"
    })
    void aHeaderOfAnotherKindIsNamed(String from, String to, String expected) throws IOException {
        write();
        Files.writeString(file, Files.readString(file).replace(from, to));

        assertThatThrownBy(() -> Ledger.read(file)).hasMessageContaining(file + ", line 1: " + expected);
    }

    @Test
    void aFileWithoutAWholeLineIsNoLedger() throws IOException {
        Files.writeString(file, "{\"version\":1");

        assertThatThrownBy(() -> Ledger.read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 1: no whole line");
        assertThatThrownBy(() -> Ledger.reopen(file)).isInstanceOf(IOException.class);
        assertThat(Files.readString(file)).isEqualTo("{\"version\":1");
    }

    @Test
    void aFullDiskLeavesTheLedgerAsItWas() throws IOException {
        write(trial(0, OutcomeClass.CRASH));
        long whole = Files.size(file);
        SmallDisk disk = new SmallDisk(Files.newByteChannel(file, StandardOpenOption.WRITE), whole + 20);
        disk.position(whole);

        try (Ledger ledger = new Ledger(disk, HEADER)) {
            assertThatThrownBy(() -> ledger.append(trial(1, OutcomeClass.HANG)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("No space left on device");
            assertThat(Files.size(file)).isEqualTo(whole);
            disk.capacity = Long.MAX_VALUE;
            ledger.append(trial(2, OutcomeClass.HOG));
        }

        assertThat(Ledger.read(file).trials())
                .containsExactly(trial(0, OutcomeClass.CRASH), trial(2, OutcomeClass.HOG));
    }

    /** The same with the kernel's own idea of a full disk. */
    @Test
    void aFullFileSystemLeavesTheLedgerAsItWas() throws Exception {
        Path disk = Files.createDirectory(directory.resolve("disk"));
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=16k", "ringfence-ledger", disk.toString()) == 0,
                "a small file system can't be mounted here");
        try {
            fill(disk.resolve("ledger.jsonl"));
        } finally {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    private static void fill(Path file) throws IOException {
        List<TrialRecord> written = new ArrayList<>();
        try (Ledger ledger = Ledger.create(file, HEADER)) {
            assertThatThrownBy(() -> {
                        for (int i = 0; i < HEADER.trials(); i++) {
                            ledger.append(trial(i, OutcomeClass.CRASH));
                            written.add(trial(i, OutcomeClass.CRASH));
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
        }
        Ledger.Read read = Ledger.read(file);
        assertThat(read.trials()).isNotEmpty().isEqualTo(written);
        assertThat(read.torn()).isFalse();
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    @Test
    void aLedgerThatFindsNoRoomForItsHeaderLeavesNoFile() {
        Path none = directory.resolve("missing").resolve("ledger.jsonl");

        assertThatThrownBy(() -> Ledger.create(none, HEADER)).isInstanceOf(IOException.class);
        assertThat(none).doesNotExist();
    }
}
