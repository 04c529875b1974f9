// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ringfence.memory.CrashPoint;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.Journal;
import dev.ringfence.ring.Settlement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A guest that offers empty pages, and drivers that fill others and flip them, each until it dies. The guest knows which pages it
 * has and what is in them; so it notices one that is lost, doubled or written to.
 */
final class ExchangeModel implements AutoCloseable {
    static final int GUEST_FRAMES = 5;
    static final int POOL_FRAMES = 3;

    private static final int GUEST = 7;
    private static final int SLOTS = 4;
    private static final int FOREVER = Integer.MAX_VALUE;

    /** What a driver might do wrong. */
    enum Flaw {
        NONE,
        /** The page is the guest's before the journal says so. */
        GIVEN_BEFORE_JOURNALLED,
        /** A page that was taken is filled while the answer that it was taken for isn't committed. */
        FILLED_BEFORE_COMMITTED,
        /** A successor answers what its predecessor has journalled without looking whether it was exchanged. */
        NOT_FINISHED
    }

    /** Ends a driver where it stands. */
    private static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        Death() {
            super("the driver dies here", null, false, false);
        }
    }

    private final Flaw flaw;
    private final RegionLayout layout = RegionLayout.forGuestFrames(GUEST_FRAMES + POOL_FRAMES);
    private final SharedMemory region = SharedMemory.create("test-region", layout.bytes());
    private final SharedMemory control =
            SharedMemory.create("test-control", Journal.bytes(SLOTS) + OwnershipTable.bytes(layout.frames()));
    private final Window window = region.window();
    private final GrantTable guest = new GrantTable(window);
    private final OwnershipTable owners = new OwnershipTable(
            control.window(Journal.bytes(SLOTS), OwnershipTable.bytes(layout.frames())), layout.frames());
    /** The ring: what was ever offered, and its frame. */
    private final List<Integer> refs = new ArrayList<>();

    private final List<Integer> offered = new ArrayList<>();
    /** The pages the guest has, and what it found in them. */
    private final Map<Integer, Long> held = new TreeMap<>();

    private int collected;
    private int storesLeft = FOREVER;
    private int stores;
    private Driver driver;

    ExchangeModel(Flaw flaw) {
        this.flaw = flaw;
        owners.initialise(GUEST);
        owners.assign(layout.firstGuestFrame() + GUEST_FRAMES, POOL_FRAMES, Region.DRIVER, 0);
        for (int i = 0; i < GUEST_FRAMES; i++) {
            held.put(layout.firstGuestFrame() + i, 0L);
        }
        new Journal(control.window(0, Journal.bytes(SLOTS)), SLOTS).initialise(0);
        driver = new Driver();
        driver.recover();
        CrashPoint.watch(ordered -> stored());
    }

    private void stored() {
        stores++;
        if (storesLeft != FOREVER && --storesLeft == 0) {
            storesLeft = FOREVER;
            throw new Death();
        }
    }

    int free() {
        return Math.min(held.size(), SLOTS - (refs.size() - collected));
    }

    /** The guest offers the page it has for the longest frame number; what for a test is any. */
    void offer() {
        int frame = held.keySet().iterator().next();
        held.remove(frame);
        offered.add(frame);
        refs.add(guest.acceptTransfer(Region.DRIVER, frame));
    }

    /**
     * The driver serves all that was offered.
     *
     * @param dieAfter so many stores; 0: not at all
     * @return false when it died; {@link #takeOver} is what comes then
     */
    boolean serve(int dieAfter) {
        return live(dieAfter, () -> driver.serve());
    }

    /** As {@link #serve}, of a new process. */
    boolean takeOver(int dieAfter) {
        driver = new Driver();
        return live(dieAfter, () -> driver.recover());
    }

    private boolean live(int dieAfter, Runnable life) {
        storesLeft = dieAfter == 0 ? FOREVER : dieAfter;
        stores = 0;
        try {
            life.run();
            return true;
        } catch (Death e) {
            return false;
        } finally {
            storesLeft = FOREVER;
            check();
        }
    }

    /** Stores of the last {@link #serve} or {@link #takeOver}. */
    int stores() {
        return stores;
    }

    /** The guest takes the pages that it was answered about. */
    void collect() {
        int committed = new Journal(control.window(0, Journal.bytes(SLOTS)), SLOTS).responseCommitted();
        while (collected < committed) {
            int frame = guest.endTransfer(refs.get(collected));
            collected++;
            assertThat(frame).as("frame for offer %d", collected).isNotNegative();
            assertThat(held).as("pages the guest has already").doesNotContainKey(frame);
            held.put(frame, (long) collected);
        }
        check();
    }

    /** At any instant: nothing of the guest's is touched, and nothing is exposed that was not journalled. */
    private void check() {
        held.forEach((frame, content) -> {
            assertThat(owner(frame))
                    .as("owner of frame %d, which the guest has", frame)
                    .isEqualTo(GUEST);
            assertThat(content(frame)).as("content of frame %d", frame).isEqualTo(content);
        });
        Set<Integer> open = new TreeSet<>(offered.subList(collected, offered.size()));
        int drivers = 0;
        for (int frame = layout.firstGuestFrame(); frame < layout.frames(); frame++) {
            if (owner(frame) == Region.DRIVER) {
                drivers++;
            } else if (!held.containsKey(frame) && !open.contains(frame)) {
                assertThat(journalled(frame))
                        .as("frame %d was given by the journal", frame)
                        .isTrue();
            }
        }
        assertThat(drivers).as("pages of the driver").isBetween(POOL_FRAMES, POOL_FRAMES + SLOTS);
    }

    /** Nothing is under way: the driver has as many pages as at the beginning, the guest has all others. */
    void checkQuiet() {
        assertThat(collected).as("answers").isEqualTo(refs.size());
        Set<Integer> drivers = new TreeSet<>();
        for (int frame = layout.firstGuestFrame(); frame < layout.frames(); frame++) {
            if (owner(frame) == Region.DRIVER) {
                drivers.add(frame);
            }
        }
        assertThat(drivers).hasSize(POOL_FRAMES).doesNotContainAnyElementsOf(held.keySet());
        assertThat(held).hasSize(GUEST_FRAMES);
    }

    private int owner(int frame) {
        return OwnershipTable.owner(owners.word(frame));
    }

    private long content(int frame) {
        return window.getLong(RegionLayout.offset(frame));
    }

    private boolean journalled(int frame) {
        Journal journal = new Journal(control.window(0, Journal.bytes(SLOTS)), SLOTS);
        Settlement settlement = new Settlement(SLOTS);
        int committed = journal.responseCommitted();
        // The answers between what the guest has collected and what is committed count as journalled, and are free
        // entries.
        if (committed > collected) {
            return true;
        }
        Window copy = control.window(0, Journal.bytes(SLOTS));
        storesLeft = FOREVER;
        journal.settle(settlement);
        for (int i = 0; i < settlement.answeredCount(); i++) {
            if (PageTransfer.full(copy, journal.attachmentOffset(settlement.answered(i))) == frame) {
                return true;
            }
        }
        return false;
    }

    /** One life of the driver. */
    private final class Driver {
        private final Journal journal = new Journal(control.window(0, Journal.bytes(SLOTS)), SLOTS);
        private final PageTransfer transfer = new PageTransfer(window, owners, Region.DRIVER, GUEST, 0);
        private final Settlement settlement = new Settlement(SLOTS);
        private final Deque<Integer> pool = new ArrayDeque<>();
        private final List<Integer> taken = new ArrayList<>();
        private final List<Integer> answers = new ArrayList<>();

        void recover() {
            journal.settle(settlement);
            for (int i = 0; i < settlement.answeredCount(); i++) {
                int entry = settlement.answered(i);
                long record = journal.attachmentOffset(entry);
                assertThat(transfer.isPlausible(journal.window(), record)).isTrue();
                if (flaw != Flaw.NOT_FINISHED) {
                    assertThat(transfer.exchange(journal.window(), record)).isEqualTo(GrantStatus.OKAY);
                }
                answers.add(entry);
            }
            publish();
            for (int frame = layout.firstGuestFrame(); frame < layout.frames(); frame++) {
                if (OwnershipTable.isOf(owners.word(frame), Region.DRIVER, 0)) {
                    pool.add(frame);
                }
            }
            for (int i = 0; i < settlement.unfinishedCount(); i++) {
                perform(settlement.unfinished(i));
            }
            publish();
        }

        void serve() {
            while (journal.requestConsumer() < refs.size()) {
                int entry = journal.open();
                journal.window().putInt(journal.requestOffset(entry), refs.get(journal.requestConsumer()));
                journal.take(entry, Integer.BYTES, 0);
                perform(entry);
            }
            publish();
        }

        private void perform(int entry) {
            int ref = journal.window().getInt(journal.requestOffset(entry));
            int empty = transfer.commit(ref);
            assertThat(empty).as("frame of ref %d", ref).isNotNegative();
            if (pool.isEmpty()) {
                publish();
            }
            int full = pool.remove();
            assertThat(OwnershipTable.isOf(owners.word(full), Region.DRIVER, 0)).isTrue();
            window.putLong(RegionLayout.offset(full), journal.ringIndex(entry) + 1);
            long record = journal.attachmentOffset(entry);
            transfer.prepare(journal.window(), record, ref, empty, full);
            if (flaw == Flaw.GIVEN_BEFORE_JOURNALLED) {
                transfer.exchange(journal.window(), record);
            }
            journal.done(entry, 0, journal.ringIndex(entry));
            assertThat(transfer.exchange(journal.window(), record)).isEqualTo(GrantStatus.OKAY);
            (flaw == Flaw.FILLED_BEFORE_COMMITTED ? pool : taken).add(empty);
            answers.add(entry);
        }

        private void publish() {
            journal.commit(journal.responseCommitted() + answers.size());
            answers.forEach(journal::release);
            answers.clear();
            pool.addAll(taken);
            taken.clear();
        }
    }

    @Override
    public void close() {
        CrashPoint.watch(ordered -> {});
        control.close();
        region.close();
    }
}
