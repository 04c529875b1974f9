// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.memory.SharedMemory;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OwnershipTableTest {
    private static final int FRAMES = 4;

    private final SharedMemory memory = SharedMemory.create("test-owners", OwnershipTable.bytes(FRAMES));
    private final OwnershipTable owners = new OwnershipTable(memory.window(), FRAMES);

    @AfterEach
    void unmap() {
        memory.close();
    }

    @Test
    void theLayoutIsAsItHasAlwaysBeen() {
        owners.initialise(0x1234);
        owners.assign(2, 2, 3, 5);
        owners.transfer(3, owners.word(3), 0x1234, 0);

        assertThat(bytes(0, 16)).isEqualTo("52464f31" + "01000000" + "04000000" + "00000000");
        assertThat(bytes(64, 16)).isEqualTo("00003412" + "00003412" + "00500300" + "01003412");
        assertThat(OwnershipTable.bytes(FRAMES)).isEqualTo(4096);
        assertThat(OwnershipTable.bytes(1008)).isEqualTo(4096);
        assertThat(OwnershipTable.bytes(1009)).isEqualTo(8192);
    }

    private String bytes(int offset, int length) {
        byte[] bytes = new byte[length];
        ByteBuffer buffer = memory.window().byteBuffer(offset, length);
        buffer.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    @Test
    void aPageChangesHandsOnceForOneWord() {
        owners.initialise(7);
        int word = owners.word(1);

        assertThat(owners.transfer(1, word, 3, 2)).isTrue();
        assertThat(owners.transfer(1, word, 3, 2)).isFalse();
        assertThat(OwnershipTable.owner(owners.word(1))).isEqualTo(3);
        assertThat(OwnershipTable.queue(owners.word(1))).isEqualTo(2);
        assertThat(OwnershipTable.isOf(owners.word(1), 3, 2)).isTrue();
        assertThat(OwnershipTable.isOf(owners.word(1), 3, 1)).isFalse();
        assertThat(OwnershipTable.isOf(owners.word(1), 7, 2)).isFalse();
    }

    @Test
    void theSequenceGoesRoundWithoutTouchingTheOwner() {
        owners.initialise(0xffff);
        for (int i = 0; i < 4096; i++) {
            int word = owners.word(0);
            assertThat(owners.transfer(0, word, OwnershipTable.owner(word) ^ 0x5555, i % 16))
                    .isTrue();
        }
        assertThat(owners.word(0)).isEqualTo(0xffff_f000);
    }

    @Test
    void memoryOfAnotherKindIsNoTable() {
        assertThat(owners.isPlausible()).isFalse();
        owners.initialise(7);
        assertThat(owners.isPlausible()).isTrue();
        assertThat(new OwnershipTable(memory.window(), FRAMES - 1).isPlausible())
                .isFalse();
    }

    @Test
    void mistakesThrow() {
        assertThatIllegalArgumentException().isThrownBy(() -> owners.initialise(0x10000));
        assertThatIllegalArgumentException().isThrownBy(() -> owners.assign(0, 1, 3, 16));
        assertThatThrownBy(() -> owners.word(FRAMES)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> owners.word(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
