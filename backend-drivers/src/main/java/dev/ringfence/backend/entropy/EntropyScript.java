// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.backend.RequestScript;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.grant.GrantTable;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.memory.SharedMemory;
import dev.ringfence.memory.Window;
import dev.ringfence.protocol.EntropyLayout;
import dev.ringfence.protocol.EntropyRequest;

/**
 * A guest's part in the rehearsal of an entropy driver. The source is a file of zeroes, longer than all rehearsals: a real one
 * may be slow, and its bytes are somebody's.
 */
final class EntropyScript extends RequestScript {
    private static final long SOURCE_BYTES = 256L << 20;

    private final SharedMemory zeroes = SharedMemory.create("ringfence-rehearsal", SOURCE_BYTES);
    private final ServedEntropy device =
            new ServedEntropy(new EntropyFile(zeroes.descriptor().duplicate()));
    private int ref;

    EntropyScript() {
        super(EntropyLayout.ENTRY_BYTES, 1, 1);
    }

    @Override
    public ServedDevice device() {
        return device;
    }

    @Override
    protected void grant(Window region, GrantTable table, int driver, int firstFrame) {
        ref = table.grantAccess(driver, firstFrame, false);
    }

    @Override
    protected int grantInUse() {
        return ref;
    }

    @Override
    protected int done() {
        return RegionLayout.PAGE_BYTES;
    }

    @Override
    protected void encode(int n, Window into, long offset) {
        EntropyRequest.encode(into, offset, n, ref, n % 2 == 0 ? EntropyLayout.LENGTH_MAX : 1 + n);
    }

    @Override
    public void close() {
        device.close();
        zeroes.close();
    }
}
