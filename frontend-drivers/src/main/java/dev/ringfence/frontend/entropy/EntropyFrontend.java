// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.entropy;

/** A connected source of random bytes. Closing it ends the connection; requests still in flight are failed. */
public interface EntropyFrontend extends AutoCloseable {
    /** Its only one, confined to a thread of the caller's choice. */
    EntropyQueue queue();

    @Override
    void close();
}
