// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.nbd;

import java.util.ArrayDeque;
import java.util.function.Supplier;

/** Objects to be used again, confined to one thread; as many as were ever in use at once. */
final class Pool<T> {
    private final ArrayDeque<T> idle = new ArrayDeque<>();
    private final Supplier<T> create;

    Pool(Supplier<T> create) {
        this.create = create;
    }

    T take() {
        T object = idle.pollLast();
        return object == null ? create.get() : object;
    }

    void give(T object) {
        idle.addLast(object);
    }
}
