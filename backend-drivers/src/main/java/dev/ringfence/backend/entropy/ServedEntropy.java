// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.entropy;

import dev.ringfence.backend.FrontendKeys;
import dev.ringfence.backend.ServedDevice;
import dev.ringfence.domain.ConnectionSpec;
import dev.ringfence.grant.RegionLayout;
import dev.ringfence.protocol.EntropyLayout;
import java.util.Map;

/** A source of random bytes as the kit and the store see it: one ring of a page, no features, nothing to know of it. */
final class ServedEntropy implements ServedDevice {
    private final EntropySource source;

    ServedEntropy(EntropySource source) {
        this.source = source;
    }

    @Override
    public Rings rings(FrontendKeys keys) {
        return new Rings(EntropyLayout.slotCount(RegionLayout.PAGE_BYTES), keys.rings(1, 0));
    }

    @Override
    public Map<String, String> features(String connection, boolean readOnly) {
        return Map.of();
    }

    @Override
    public Map<String, String> properties(boolean readOnly) {
        return Map.of();
    }

    @Override
    public Services connect(ConnectionSpec connection) {
        return context -> new EntropyService(context, source);
    }

    @Override
    public void close() {
        source.close();
    }
}
