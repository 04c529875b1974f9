// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SectorTagsTest {
    private static final int SECTORS = 1 << 17;

    private final SectorTags tags = new SectorTags(SECTORS, 512, false);

    @AfterEach
    void close() {
        tags.close();
    }

    private TaggedRequest write(long sector, int... sums) {
        TaggedRequest request = new TaggedRequest();
        tags.writing(request, sector, sums.length, sums);
        return request;
    }

    private TaggedRequest read(long sector, int count) {
        TaggedRequest request = new TaggedRequest();
        tags.reading(request, sector, count);
        return request;
    }

    private TaggedRequest discard(long sector, long count) {
        TaggedRequest request = new TaggedRequest();
        tags.discarding(request, sector, count);
        return request;
    }

    private void assertReads(long sector, int... sums) {
        assertThat(tags.check(read(sector, sums.length), sums)).isEqualTo(-1);
    }

    private void assertRefuses(long wrong, long sector, int... sums) {
        assertThat(tags.check(read(sector, sums.length), sums)).isEqualTo(wrong);
    }

    @Test
    void whatWasWrittenIsAllThatMayBeRead() {
        tags.ended(write(10, 1, 2, 3), true);
        assertReads(10, 1, 2, 3);
        assertRefuses(11, 10, 1, 7, 3);
        assertRefuses(10, 10, 2, 1, 3);
        tags.ended(write(11, 4), true);
        assertRefuses(11, 10, 1, 2, 3);
        assertReads(10, 1, 4, 3);
    }

    @Test
    void anUnknownSectorTakesTheFirstValueThatIsRead() {
        assertReads(0, 5, 0);
        assertReads(0, 5, 0);
        assertRefuses(0, 0, 6);
        assertRefuses(1, 1, 1);
    }

    @Test
    void nothingIsLearnedFromAReadThatIsWrongElsewhere() {
        tags.ended(write(1, 1), true);
        assertRefuses(1, 0, 5, 2);
        assertReads(0, 6, 1);
    }

    @Test
    void aSectorBeingWrittenHoldsTheOldOrTheNewValue() {
        tags.ended(write(0, 1), true);
        TaggedRequest before = read(0, 1);
        TaggedRequest write = write(0, 2);
        assertReads(0, 1);
        assertReads(0, 2);
        assertRefuses(0, 0, 3);
        TaggedRequest during = read(0, 1);
        tags.ended(write, true);
        for (TaggedRequest racing : new TaggedRequest[] {before, during}) {
            assertThat(tags.check(racing, new int[] {1})).isEqualTo(-1);
            assertThat(tags.check(racing, new int[] {2})).isEqualTo(-1);
            assertThat(tags.check(racing, new int[] {3})).isEqualTo(0);
        }
        assertRefuses(0, 0, 1);
    }

    @Test
    void ofOverlappingWritesEitherMayBeTheLast() {
        tags.ended(write(0, 9, 9, 9), true);
        TaggedRequest first = write(0, 1, 1);
        TaggedRequest second = write(1, 2, 2);
        tags.ended(second, true);
        tags.ended(first, true);
        assertRefuses(0, 0, 9, 1, 2);
        assertRefuses(1, 0, 1, 9, 2);
        assertRefuses(2, 0, 1, 2, 9);
        assertReads(0, 1, 1, 2);
        assertRefuses(1, 0, 1, 2, 2);
    }

    @Test
    void aFailedWriteMayHaveHappened() {
        for (int outcome : new int[] {1, 2}) {
            tags.ended(write(0, 1), true);
            tags.ended(write(0, 2), false);
            assertRefuses(0, 0, 3);
            assertReads(0, outcome);
            assertRefuses(0, 0, 3 - outcome);
        }
    }

    @Test
    void aNewWriteEndsAllDoubt() {
        tags.ended(write(0, 1), true);
        tags.ended(write(0, 2), false);
        TaggedRequest third = write(0, 3);
        assertReads(0, 1);
        assertReads(0, 2);
        tags.ended(third, true);
        assertRefuses(0, 0, 1);
        assertRefuses(0, 0, 2);
        assertReads(0, 3);
    }

    @Test
    void aDiscardedSectorMayHoldAnythingUntilItIsRead() {
        tags.ended(write(0, 1, 2), true);
        TaggedRequest discard = discard(0, 1);
        assertReads(0, 1);
        assertReads(0, 7);
        tags.ended(discard, true);
        assertReads(0, 8);
        assertRefuses(0, 0, 7);
        assertRefuses(1, 1, 3);
    }

    @Test
    void aWriteThatMeetsADiscardLeavesItsValueOrAnything() {
        TaggedRequest discard = discard(0, 2);
        tags.ended(write(0, 1), true);
        assertReads(0, 0);
        tags.ended(discard, true);
        assertReads(0, 5);
        assertRefuses(0, 0, 1);
        tags.ended(write(0, 2), true);
        assertRefuses(0, 0, 5);
    }

    @Test
    void discardsMayLeaveZeroes() {
        int zeroes = new SectorSums(512, 1).of(java.nio.ByteBuffer.allocate(512), 0, 1)[0];
        try (SectorTags zeroing = new SectorTags(8, 512, true)) {
            zeroing.hold(0, 2, new int[] {1, 2});
            TaggedRequest discard = new TaggedRequest();
            zeroing.discarding(discard, 0, 1);
            zeroing.ended(discard, true);
            TaggedRequest read = new TaggedRequest();
            zeroing.reading(read, 0, 2);
            assertThat(zeroing.check(read, new int[] {1, 2})).isZero();
            assertThat(zeroing.check(read, new int[] {zeroes, 3})).isEqualTo(1);
            assertThat(zeroing.check(read, new int[] {zeroes, 2})).isEqualTo(-1);
        }
    }

    @Test
    void whatTheLogHasForgottenIsNotHeldAgainstADriver() {
        tags.ended(write(0, 1), true);
        TaggedRequest slow = read(0, 1);
        tags.ended(write(0, 2), true);
        tags.ended(write(1, new int[WriteLog.ENTRIES]), true);
        assertThat(tags.check(slow, new int[] {3})).isEqualTo(-1);
        assertRefuses(0, 0, 3);
    }
}
