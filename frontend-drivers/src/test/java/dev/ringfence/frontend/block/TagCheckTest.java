// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a read that brings something else than was written. */
class TagCheckTest {
    private static final DiskInfo DISK = Connection.disk();

    private final SectorTags tags = new SectorTags(DISK.bytes() / 512, 512, false);
    private final List<Long> complaints = new ArrayList<>();
    private final List<Runnable> heard = new ArrayList<>();
    private final Connection connection = new Connection(1, 1, 1024, 0, DISK, queue -> Optional.of(check()));
    private final XenBlockQueue queue = connection.queue();
    private final ScriptedDriver driver = connection.driver();
    private final Answers answers = new Answers();
    private final GuestBuffer buffer = queue.allocate(8192);

    private TagCheck check() {
        return new TagCheck("test", tags, DISK, BufferPool.MAX_BYTES, (sector, then) -> {
            complaints.add(sector);
            heard.add(then);
        });
    }

    @BeforeEach
    void write() {
        for (int i = 0; i < 8192; i++) {
            buffer.bytes().put(i, (byte) (i / 7));
        }
        queue.write(4096, buffer, 8192, answers, 1);
        queue.publish();
        serve();
        assertThat(answers.all).containsExactly("1:0");
        answers.all.clear();
    }

    @AfterEach
    void unmap() {
        connection.close();
        tags.close();
    }

    private void serve() {
        driver.serve();
        queue.poll();
    }

    private void read() {
        queue.read(4096, buffer, 8192, answers, 2);
        queue.publish();
        serve();
    }

    private void damage() {
        driver.disk.put(4096 + 5 * 512 + 17, (byte) ~driver.disk.get(4096 + 5 * 512 + 17));
    }

    @Test
    void rightDataIsGivenAtOnce() {
        read();
        assertThat(answers.all).containsExactly("2:0");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aFaultOnTheWayIsCuredByAskingAgain() {
        damage();
        read();
        assertThat(answers.all).isEmpty();
        damage();
        serve();
        assertThat(answers.all).containsExactly("2:0");
        assertThat(complaints).isEmpty();
    }

    @Test
    void aDriverThatDamagesDataIsReportedAndItsHeirAsked() {
        damage();
        read();
        serve();
        assertThat(complaints).containsExactly(8 + 5L);
        assertThat(driver.hasRequests())
                .as("asked before the hypervisor has answered")
                .isFalse();
        assertThat(queue.arm()).isTrue();
        damage();
        heard.get(0).run();
        assertThat(queue.arm()).as("there is something to poll for").isFalse();
        queue.poll();
        serve();
        assertThat(answers.all).containsExactly("2:0");
    }

    @Test
    void whatTheHeirReturnsWrongTooFails() {
        damage();
        read();
        serve();
        heard.get(0).run();
        queue.poll();
        serve();
        assertThat(answers.all).containsExactly("2:-1");
        assertThat(complaints).hasSize(1);
        queue.release(buffer);
    }

    @Test
    void otherRequestsGoOnMeanwhile() {
        damage();
        read();
        serve();
        queue.flush(answers, 3);
        queue.publish();
        serve();
        assertThat(answers.all).containsExactly("3:0");
    }

    @Test
    void aNewBackEndIsAskedWithoutWaiting() {
        damage();
        read();
        serve();
        damage();
        queue.resubmit(DISK);
        queue.publish();
        ScriptedDriver heir = new ScriptedDriver(
                connection.region,
                driver.ring.window(),
                0,
                Connection.geometry(DISK),
                connection.memory.window(connection.region.bytes(), 4096));
        heir.disk = driver.disk;
        heir.serve();
        queue.poll();
        assertThat(answers.all).containsExactly("2:0");
        heard.get(0).run();
        assertThat(queue.poll()).isZero();
        assertThat(queue.arm()).isTrue();
    }

    @Test
    void aReadThatWaitsFailsWithItsDevice() {
        damage();
        read();
        serve();
        queue.fail("gone");
        assertThat(queue.arm()).isFalse();
        assertThat(queue.poll()).isEqualTo(1);
        assertThat(answers.all).containsExactly("2:-1");
        heard.get(0).run();
        assertThat(queue.poll()).isZero();
    }

    @Test
    void aWriteThatWasLostIsFound() {
        byte[] before = new byte[8192];
        driver.disk.get(4096, before);
        buffer.bytes().put(0, (byte) 99);
        queue.write(4096, buffer, 8192, answers, 1);
        queue.publish();
        serve();
        driver.disk.put(4096, before);
        read();
        serve();
        assertThat(complaints).containsExactly(8L);
    }
}
