// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.fault.DiskHistory.Nature;
import dev.ringfence.fault.DiskHistory.Violation;
import dev.ringfence.fault.TaggedFrame.Way;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FrameHistoryTest {
    private final FrameHistory history = new FrameHistory();

    private TaggedFrame send(Way way) {
        return history.send(way, 100, 0, false, false);
    }

    private void arrives(TaggedFrame frame) {
        history.arrived(frame.way(), frame.content(), frame.segmentBytes(), frame.checksumBlank());
    }

    private List<Nature> judged() {
        history.settled();
        return history.judge().stream().map(Violation::nature).toList();
    }

    @Test
    void whatArrivesAsItWasSentIsRight() {
        TaggedFrame out = history.send(Way.OUT, 9000, 1448, true, false);
        TaggedFrame in = send(Way.IN);
        arrives(out);
        history.answered(out, true);
        arrives(in);

        assertThat(judged()).isEmpty();
        assertThat(history.lost() + history.doubled() + history.failures()).isZero();
    }

    @Test
    void contentThatNobodySentIsSilentCorruption() {
        TaggedFrame in = send(Way.IN);
        byte[] torn = in.content();
        torn[torn.length - 1]++;
        history.arrived(Way.IN, torn, 0, false);
        // A frame that went the other way, too.
        history.arrived(Way.IN, send(Way.OUT).content(), 0, false);

        assertThat(judged()).contains(Nature.DATA, Nature.DATA);
    }

    @Test
    void aHeaderThatIsNotItsOwnIsSilentCorruption() {
        TaggedFrame in = history.send(Way.IN, 9000, 1448, true, false);
        history.arrived(Way.IN, in.content(), 1000, true);

        assertThat(judged()).containsExactly(Nature.DATA);
    }

    @Test
    void whileItsDriverLivesNothingIsLostDoubledOrLate() {
        TaggedFrame lost = send(Way.IN);
        TaggedFrame twice = send(Way.IN);
        arrives(twice);
        arrives(twice);
        assertThat(judged()).containsExactly(Nature.LOSS, Nature.LOSS);

        arrives(lost);
        assertThat(judged()).containsExactly(Nature.LOSS, Nature.LOSS, Nature.LOSS);
    }

    @Test
    void framesOvertakeEachOtherWhenADriverDiesAlone() {
        TaggedFrame first = send(Way.IN);
        arrives(send(Way.IN));
        history.died(0);
        arrives(first);
        assertThat(judged()).isEmpty();

        TaggedFrame second = send(Way.IN);
        arrives(send(Way.IN));
        arrives(second);
        assertThat(judged()).containsExactly(Nature.LOSS);
    }

    @Test
    void whatWasUnderWayMayDieWithADriverButNoMoreThanThereWerePlacesForIt() {
        send(Way.IN);
        send(Way.IN);
        history.died(1);
        assertThat(judged()).isEmpty();
        assertThat(history.lost()).isEqualTo(2);

        send(Way.IN);
        send(Way.IN);
        send(Way.IN);
        history.died(1);
        assertThat(judged()).containsExactly(Nature.LOSS);
    }

    @Test
    void whatComesAfterADeathIsLostByNobodysDeath() {
        history.died(10);
        send(Way.IN);

        assertThat(judged()).containsExactly(Nature.LOSS);
    }

    @Test
    void aFrameThatWasNotAnsweredMayBeSentAgainByAHeirOnceAndOneThatWasMayNot() {
        TaggedFrame answered = send(Way.OUT);
        arrives(answered);
        history.answered(answered, true);
        history.settled();
        TaggedFrame unanswered = send(Way.OUT);
        arrives(unanswered);
        history.died(0);
        arrives(unanswered);
        history.answered(unanswered, true);
        assertThat(judged()).isEmpty();
        assertThat(history.doubled()).isEqualTo(1);

        arrives(answered);
        arrives(unanswered);
        assertThat(judged()).containsExactly(Nature.LOSS, Nature.LOSS);
    }

    @Test
    void aFrameOutThatWasToldSentMustHaveBeenSentWhoeverDies() {
        TaggedFrame out = send(Way.OUT);
        history.died(10);
        history.answered(out, true);

        assertThat(judged()).containsExactly(Nature.LOSS);
    }

    @Test
    void whatIsToldNotSentIsAnErrorAndWhatIsToldNothingUnanswered() {
        history.answered(send(Way.OUT), false);
        send(Way.OUT);

        assertThat(judged()).containsExactly(Nature.ERROR, Nature.UNANSWERED);
        assertThat(history.failures()).isEqualTo(1);
    }
}
