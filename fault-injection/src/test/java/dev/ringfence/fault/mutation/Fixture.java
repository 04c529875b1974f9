// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import dev.ringfence.backend.RequestQueue;
import dev.ringfence.backend.block.BlockDevice;
import dev.ringfence.grant.GrantMap;
import dev.ringfence.memory.Window;
import dev.ringfence.ring.Defect;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** What mutants are made of: each method has little that an operator can change. */
public final class Fixture {
    private int first = 1;
    private int second = 2;
    private byte small = 1;
    private boolean flag;
    private String text = "text";

    public static int absolute(int value) {
        if (value < 0) {
            return -value;
        }
        return value;
    }

    public static int choose(int key) {
        switch (key) {
            case 1:
                return 10;
            case 2:
                return 20;
            default:
                return 30;
        }
    }

    public static int sum(int count) {
        int sum = 0;
        for (int i = 0; i < count; i++) {
            sum += i;
        }
        return sum;
    }

    public static long sumLong(long count) {
        long sum = 0;
        for (long i = 0; i < count; i += 1) {
            sum += i;
        }
        return sum;
    }

    public static int halvings(int value) {
        int left = value;
        int halvings = 0;
        do {
            left /= 2;
            halvings++;
        } while (left != 0);
        return halvings;
    }

    public static int difference(int one, int other) {
        return one - other;
    }

    public static int kept(int one, int other) {
        int sum = one + other;
        return one * 100 + other * 10 + sum;
    }

    public int field() {
        return first;
    }

    public int setFirst(int value) {
        first = value;
        return first * 10 + second;
    }

    public int smallField() {
        return small;
    }

    public boolean flag() {
        return flag;
    }

    public int length() {
        return text.length();
    }

    public static int four() {
        return 4;
    }

    public static long fourLong() {
        return 4L;
    }

    public static void add(List<String> list, String item) {
        list.add(item);
    }

    public static void addTwo(List<String> list) {
        list.add("one");
        list.add("two");
    }

    public static void fill(int[] array, int index, int value) {
        array[index] = value;
    }

    public static int at(int[] array, int index) {
        return array[index];
    }

    public static long read(Window window, long offset) {
        return window.getLong(offset);
    }

    public static void write(Window window, long offset, int value) {
        window.putInt(offset, value);
    }

    public static void copy(Window from, long offset, Window to, long at, long length) {
        from.copyTo(offset, to, at, length);
    }

    public static int ordered(Window window) {
        window.putIntRelease(0, 7);
        Window.fullFence();
        return window.getIntAcquire(0);
    }

    public static boolean exchange(Window window, int expected, int value) {
        return window.compareAndSetInt(0, expected, value);
    }

    public static long counted(AtomicLong counter) {
        return counter.get();
    }

    public static int store(BlockDevice device, long offset) {
        return device.write(offset, null);
    }

    public static int flush(BlockDevice device) {
        return device.flush();
    }

    public static void answer(RequestQueue queue) {
        queue.respond(1, 2, 3, 4);
    }

    public static int pinned(GrantMap grants, int ref) {
        int frame = grants.pin(ref, true);
        grants.unpin(ref, true);
        return frame;
    }

    public static int guarded(int value) {
        if (Defect.CLAIMS_OFF.isOn()) {
            throw new IllegalStateException("on: value=" + value);
        }
        return value;
    }

    @Override
    public String toString() {
        return text + first;
    }
}
