// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.benchmark.recovery.TagChecker.Verdict;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shows the checker every bug it is there for. */
class TagCheckerTest {
    private static final int WRITER = 3;
    private static final int BLOCKS = 4;
    private static final int BLOCK = 1;

    private final TagChecker checker = new TagChecker(WRITER, 100, BLOCKS);
    private final ByteBuffer[] disk = new ByteBuffer[BLOCKS];

    @BeforeEach
    void everyBlockIsWrittenOnce() {
        checker.begin(1);
        for (int block = 0; block < BLOCKS; block++) {
            disk[block] = acknowledgedWrite(block);
        }
    }

    private static ByteBuffer memory() {
        return ByteBuffer.allocateDirect(BlockTag.BYTES);
    }

    /** A write that the disk says it has done; what it should have done. */
    private ByteBuffer acknowledgedWrite(int block) {
        ByteBuffer content = memory();
        checker.write(block, content);
        checker.written(block);
        return content;
    }

    private Verdict read(int block) {
        return checker.read(block, checker.floor(block), disk[block]);
    }

    @Test
    void aDiskThatDoesItsWorkIsRight() {
        for (int round = 0; round < 3; round++) {
            disk[BLOCK] = acknowledgedWrite(BLOCK);
            assertThat(read(BLOCK)).isEqualTo(Verdict.RIGHT);
        }
        assertThat(checker.verify(BLOCK, disk[BLOCK])).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void aReadBesideAWriteMayReturnEither() {
        ByteBuffer next = memory();
        long floor = checker.floor(BLOCK);
        checker.write(BLOCK, next);

        assertThat(checker.isWriting(BLOCK)).isTrue();
        assertThat(checker.read(BLOCK, floor, disk[BLOCK])).isEqualTo(Verdict.RIGHT);
        assertThat(checker.read(BLOCK, floor, next)).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void aReadThatFallsBehindAnEarlierOneIsStale() {
        ByteBuffer next = memory();
        checker.write(BLOCK, next);
        checker.read(BLOCK, checker.floor(BLOCK), next);

        assertThat(read(BLOCK)).isEqualTo(Verdict.STALE);
    }

    @Test
    void aReadOfWhatWasReplacedBeforeItWasSentIsStale() {
        acknowledgedWrite(BLOCK);

        assertThat(read(BLOCK)).isEqualTo(Verdict.STALE);
    }

    @Test
    void anAcknowledgedWriteThatNeverHappenedIsLost() {
        acknowledgedWrite(BLOCK);

        assertThat(checker.verify(BLOCK, disk[BLOCK])).isEqualTo(Verdict.LOST);
    }

    @Test
    void anOlderWriteThatIsDoneAgainAfterANewerOneIsDoubled() {
        ByteBuffer older = disk[BLOCK];
        disk[BLOCK] = acknowledgedWrite(BLOCK);
        assertThat(read(BLOCK)).isEqualTo(Verdict.RIGHT);
        disk[BLOCK] = older;

        assertThat(checker.verify(BLOCK, disk[BLOCK])).isEqualTo(Verdict.DOUBLED);
    }

    @Test
    void aReadThatIsAnsweredAndNeverDoneIsLost() {
        ByteBuffer untouched = acknowledgedWrite(BLOCK);
        BlockTag.poison(untouched);

        assertThat(checker.read(BLOCK, checker.floor(BLOCK), untouched)).isEqualTo(Verdict.LOST);
    }

    @Test
    void aBlockOfAnotherPlaceWriterOrTimeIsGarbled() {
        assertThat(checker.read(BLOCK, 0, disk[BLOCK + 1])).isEqualTo(Verdict.GARBLED);
        assertThat(checker.read(BLOCK, 0, tagged(WRITER + 1, 1, 1))).isEqualTo(Verdict.GARBLED);
        assertThat(checker.read(BLOCK, 0, tagged(WRITER, 2, 1))).isEqualTo(Verdict.GARBLED);
        assertThat(checker.read(BLOCK, 0, tagged(WRITER, 1, 99))).isEqualTo(Verdict.GARBLED);
        assertThat(checker.read(BLOCK, 0, memory())).isEqualTo(Verdict.GARBLED);
    }

    private static ByteBuffer tagged(int writer, int generation, long sequence) {
        ByteBuffer content = memory();
        BlockTag.write(content, 100 + BLOCK, writer, generation, sequence);
        return content;
    }

    @Test
    void aTornBlockIsGarbledWhereverItIsTorn() {
        ByteBuffer next = acknowledgedWrite(BLOCK);
        for (int at = 512; at < BlockTag.BYTES; at += 512) {
            ByteBuffer torn = memory();
            torn.put(0, next, 0, at);
            torn.put(at, disk[BLOCK], at, BlockTag.BYTES - at);

            assertThat(checker.read(BLOCK, 0, torn)).as("torn at %d", at).isEqualTo(Verdict.GARBLED);
        }
    }

    @Test
    void blocksOfEarlierGenerationsAreStillRight() {
        checker.begin(2);

        assertThat(read(BLOCK)).isEqualTo(Verdict.RIGHT);
    }
}
