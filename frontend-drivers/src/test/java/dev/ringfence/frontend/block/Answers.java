// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.frontend.block;

import java.util.ArrayList;
import java.util.List;

/** Notes which requests were answered, and how. */
final class Answers implements BlockCompletion {
    final List<String> all = new ArrayList<>();

    @Override
    public void completed(long context, int status) {
        all.add(context + ":" + status);
    }
}
