// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static dev.ringfence.store.StoreMessageType.CONTROL;
import static dev.ringfence.store.StoreMessageType.INTRODUCE;
import static dev.ringfence.store.StoreMessageType.READ;
import static dev.ringfence.store.StoreMessageType.RELEASE;
import static dev.ringfence.store.StoreMessageType.SET_PERMS;
import static dev.ringfence.store.StoreMessageType.WATCH;
import static dev.ringfence.store.StoreMessageType.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostilePeerTest {
    private final XenStore store = new XenStore();
    private final RawSession dom0 = new RawSession(store, 0);
    private final RawSession guest = new RawSession(store, 5);

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 15, 17, 4112, 4113, 100_000})
    void aMalformedPacketClosesItsSessionAndNoOther(int length) {
        AtomicInteger ends = new AtomicInteger();
        guest.session().onEnd(ends::incrementAndGet);
        byte[] packet = new byte[length];
        if (length > 12) {
            packet[12] = 77;
        }
        guest.session().receive(packet);
        assertThat(guest.session().isOpen()).isFalse();
        guest.session().receive(packet);
        assertThat(ends).hasValue(1);
        assertThat(dom0.write("/a", "1")).isEqualTo("OK");
    }

    @Test
    void unknownTypesAreAnsweredWithEnosys() {
        for (int type : new int[] {15, 16, 18, 19, 20, 24, 27, 0xffff, -1}) {
            assertThat(guest.ask(type, 0, new byte[0]).text())
                    .as("type %d", type)
                    .isEqualTo("ENOSYS");
        }
        assertThat(guest.session().isOpen()).isTrue();
    }

    @Test
    void wrongArgumentsAreAnsweredWithEinval() {
        for (StoreMessageType type : List.of(READ, WRITE, SET_PERMS, WATCH)) {
            assertThat(dom0.ask(type.value(), 0, new byte[0]).text()).isEqualTo("EINVAL");
            assertThat(dom0.ask(type.value(), 0, new byte[] {'/'}).text()).isEqualTo("EINVAL");
        }
        assertThat(dom0.answer(READ, "/", "/")).isEqualTo("EINVAL");
        assertThat(dom0.answer(SET_PERMS, "/", "x9")).isEqualTo("EINVAL");
        assertThat(dom0.answer(SET_PERMS, "/")).isEqualTo("EINVAL");
        assertThat(dom0.answer(SET_PERMS, "@none", "n0")).isEqualTo("ENOENT");
        assertThat(dom0.answer(READ, "/../x")).isEqualTo("EINVAL");
        assertThat(dom0.answer(StoreMessageType.DIRECTORY_PART, "/", "-1")).isEqualTo("EINVAL");
        assertThat(dom0.answer(StoreMessageType.DIRECTORY_PART, "/", "4294967296"))
                .isEqualTo("EINVAL");
    }

    @Test
    void onlyDomainZeroManagesDomainsAndTheStore() {
        assertThat(guest.answer(INTRODUCE, "6", "0", "1")).isEqualTo("EACCES");
        assertThat(guest.answer(RELEASE, "5")).isEqualTo("EACCES");
        assertThat(guest.answer(CONTROL, "help")).isEqualTo("EACCES");
        assertThat(dom0.answer(INTRODUCE, "6", "0", "1")).isEqualTo("OK");
        assertThat(store.isIntroduced(6)).isTrue();
        assertThat(dom0.answer(RELEASE, "6")).isEqualTo("OK");
        assertThat(dom0.answer(RELEASE, "6")).isEqualTo("ENOENT");
        assertThat(dom0.answer(RELEASE, "0")).isEqualTo("EINVAL");
        assertThat(dom0.answer(INTRODUCE, "32752", "0", "1")).isEqualTo("EINVAL");
        assertThat(dom0.answer(CONTROL, "help")).isEqualTo("help");
        assertThat(dom0.answer(CONTROL, "live-update")).isEqualTo("EINVAL");
    }

    @Test
    void anyoneAsksForPathsAndFeatures() {
        assertThat(guest.answer(StoreMessageType.GET_DOMAIN_PATH, "5")).isEqualTo("/local/domain/5");
        assertThat(guest.answer(StoreMessageType.IS_DOMAIN_INTRODUCED, "5")).isEqualTo("F");
        assertThat(guest.answer(StoreMessageType.IS_DOMAIN_INTRODUCED, "0")).isEqualTo("T");
        assertThat(guest.answer(StoreMessageType.GET_FEATURE)).isEqualTo("4");
        assertThat(guest.answer(StoreMessageType.GET_FEATURE, "5")).isEqualTo("EACCES");
    }

    @Test
    void aDomainMayReleaseItselfThroughAnotherSessionWithoutHarm() {
        store.introduceDomain(5);
        assertThat(dom0.answer(RELEASE, "5")).isEqualTo("OK");
        assertThat(guest.session().isOpen()).isFalse();
        guest.session()
                .receive(StoreMessage.of(READ, 1, 0, StoreMessage.strings("/")).packet());
        assertThat(guest.events()).isEmpty();
    }

    @Test
    void aReaderThatBlocksDelaysNobodyAndIsClosedWhenTooFarBehind() throws InterruptedException {
        ExecutorService executor = Executors.newSingleThreadExecutor();
        CountDownLatch release = new CountDownLatch(1);
        StoreSession stuck = store.connect(0, packet -> awaitUninterruptibly(release), executor);
        AtomicInteger ends = new AtomicInteger();
        stuck.onEnd(ends::incrementAndGet);
        stuck.receive(
                StoreMessage.of(WATCH, 1, 0, StoreMessage.strings("/", "t")).packet());
        int writes = 0;
        while (stuck.isOpen()) {
            assertThat(dom0.write("/n/" + writes++ + "x".repeat(1000), "1")).isEqualTo("OK");
        }
        assertThat(writes).isBetween(900, 1100);
        assertThat(ends).hasValue(1);
        release.countDown();
        executor.shutdown();
        assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anEventThatWaitsAlreadyIsNotKeptTwice() {
        List<Runnable> drains = new ArrayList<>();
        List<StoreMessage> inbox = new ArrayList<>();
        StoreSession session =
                store.connect(0, packet -> inbox.add(StoreMessage.parse(packet).orElseThrow()), drains::add);
        session.receive(
                StoreMessage.of(WATCH, 1, 0, StoreMessage.strings("/", "t")).packet());
        for (int i = 0; i < 100_000; i++) {
            dom0.write("/a", "1");
        }
        dom0.write("/b", "1");
        assertThat(session.isOpen()).isTrue();
        drains.forEach(Runnable::run);
        assertThat(inbox).extracting(StoreMessage::text).containsExactly("OK", "/\0t", "/a\0t", "/b\0t");
    }

    @Test
    void aReaderThatThrowsLosesItsSessionAlone() {
        StoreSession broken = store.connect(0, packet -> {
            throw new IllegalStateException("broken reader");
        });
        broken.receive(StoreMessage.of(READ, 1, 0, StoreMessage.strings("/")).packet());
        assertThat(broken.isOpen()).isFalse();
        assertThat(dom0.write("/a", "1")).isEqualTo("OK");
    }

    @Test
    void randomPacketsNeverHarmOthers() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int i = 0; i < 20_000; i++) {
            RawSession peer = new RawSession(store, random.nextInt(3));
            byte[] packet = new byte[random.nextInt(64)];
            random.nextBytes(packet);
            if (random.nextInt(8) > 0 && packet.length >= 16) {
                packet = new StoreMessage(random.nextInt(28), i, random.nextInt(2), Arrays.copyOf(packet, 16)).packet();
            }
            peer.session().receive(packet);
            peer.session().close();
        }
        assertThat(dom0.write("/a", "1")).as("seed %d", seed).isEqualTo("OK");
        assertThat(dom0.answer(READ, "/a")).as("seed %d", seed).isEqualTo("1");
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
