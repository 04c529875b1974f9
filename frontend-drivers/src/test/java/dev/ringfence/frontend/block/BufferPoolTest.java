// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.ringfence.memory.SharedMemory;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BufferPoolTest {
    private SharedMemory memory = SharedMemory.create("test-pool", 1024 * 4096);

    @AfterEach
    void unmap() {
        memory.close();
    }

    private BufferPool pool(int pages) {
        return new BufferPool(memory.window(0, pages * 4096L));
    }

    @ParameterizedTest
    @CsvSource({"1, 4096", "4096, 4096", "4097, 8192", "12289, 16384", "1048576, 1048576", "600000, 1048576"})
    void aBufferIsTheSmallestThatHoldsTheBytes(int bytes, int capacity) {
        PoolBuffer buffer = pool(1024).allocate(bytes);
        assertThat(buffer.capacity()).isEqualTo(capacity);
        assertThat(buffer.bytes().capacity()).isEqualTo(capacity);
        assertThat(buffer.firstPage() % (capacity / 4096)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 255, 256, 257, 300, 511, 1000, 1024})
    void everyPageCanBeHadAndAllJoinAgain(int pages) {
        BufferPool pool = pool(pages);
        List<PoolBuffer> buffers = new ArrayList<>();
        for (PoolBuffer buffer = pool.allocate(4096); buffer != null; buffer = pool.allocate(4096)) {
            buffers.add(buffer);
        }
        assertThat(buffers.stream().map(PoolBuffer::firstPage)).hasSize(pages).doesNotHaveDuplicates();
        assertThat(pool.freePages()).isZero();
        buffers.forEach(pool::release);
        assertThat(pool.freePages()).isEqualTo(pages);
        assertThat(pool.allocate(pool.largestBytes())).isNotNull();
    }

    @Test
    void randomUseNeverHandsOutAPageTwice() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BufferPool pool = pool(1000);
        BitSet used = new BitSet();
        List<PoolBuffer> buffers = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            if (random.nextInt(100) < 52) {
                int bytes = 1 + random.nextInt(4096 << random.nextInt(9));
                PoolBuffer buffer = pool.allocate(bytes);
                if (buffer != null) {
                    int end = buffer.firstPage() + buffer.capacity() / 4096;
                    assertThat(used.get(buffer.firstPage(), end).isEmpty())
                            .as("seed=%d", seed)
                            .isTrue();
                    assertThat(end).isLessThanOrEqualTo(1000);
                    assertThat(buffer.capacity()).isGreaterThanOrEqualTo(bytes);
                    used.set(buffer.firstPage(), end);
                    buffers.add(buffer);
                }
            } else if (!buffers.isEmpty()) {
                PoolBuffer buffer = buffers.remove(random.nextInt(buffers.size()));
                used.clear(buffer.firstPage(), buffer.firstPage() + buffer.capacity() / 4096);
                pool.release(buffer);
            }
            assertThat(pool.freePages()).as("seed=%d", seed).isEqualTo(1000 - used.cardinality());
        }
        buffers.forEach(pool::release);
        for (int i = 0; i < 3; i++) {
            assertThat(pool.allocate(1 << 20)).as("seed=%d", seed).isNotNull();
        }
    }

    @Test
    void theSamePagesAreTheSameBuffer() {
        BufferPool pool = pool(1);
        PoolBuffer buffer = pool.allocate(1);
        buffer.bytes().position(7);
        pool.release(buffer);
        assertThat(pool.allocate(1)).isSameAs(buffer);
        assertThat(buffer.bytes().position()).isZero();
    }

    @Test
    void misuseThrows() {
        BufferPool pool = pool(4);
        PoolBuffer buffer = pool.allocate(1);
        pool.release(buffer);
        assertThatIllegalStateException().isThrownBy(() -> pool.release(buffer));
        assertThatIllegalStateException().isThrownBy(() -> pool.release(pool(4).allocate(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.allocate(0));
        assertThatIllegalArgumentException().isThrownBy(() -> pool.allocate((1 << 20) + 1));
    }
}
