// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.block;

import dev.ringfence.ring.ControlRegion;
import dev.ringfence.ring.Defect;

/**
 * The flushes of one disk, for all its queues, one at a time: the kernel tells a write-back error to one flush of an open
 * file, so that another that ends at the same time would know nothing of it. Who has to wait is answered by the next
 * flush together with all others that wait.
 */
final class DiskFlush {
    private final BlockDevice device;
    /** Number of the last flush that has begun; written by the holder of the lock. */
    private volatile long begun;

    private long succeeded;

    DiskFlush(BlockDevice device) {
        this.device = device;
    }

    /** A flush that failed once fails for ever: only the control region remembers. 0, or a negated errno. */
    int flush(ControlRegion control) {
        long before = begun;
        synchronized (this) {
            int error = control.flushError();
            if (error != 0 && !Defect.FLUSH_ERROR_FORGOTTEN.isOn()) {
                return -error;
            }
            return succeeded > before ? 0 : flushNow(control);
        }
    }

    private int flushNow(ControlRegion control) {
        long number = begun + 1;
        begun = number;
        int result = device.flush();
        if (result == 0) {
            succeeded = number;
        } else {
            control.recordFlushError(-result);
        }
        return result;
    }
}
