// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.backend.net;

import dev.ringfence.grant.GrantMap;

/** Pages that the guest has granted, and that frames are read into. Each is pinned from the moment it is taken. */
final class GrantedPages implements ReceivePages {
    private final GrantMap grants;

    GrantedPages(GrantMap grants) {
        this.grants = grants;
    }

    @Override
    public int claim(int gref) {
        return grants.pin(gref, true);
    }

    /** Nothing is written into it any more. */
    @Override
    public void release(int gref) {
        grants.unpin(gref, true);
    }
}
