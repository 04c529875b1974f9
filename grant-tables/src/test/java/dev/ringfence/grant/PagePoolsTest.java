// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class PagePoolsTest {
    private static final RegionLayout LAYOUT = new RegionLayout(1000);

    @Test
    void theyAreAtTheEndOfTheRegionOneAfterTheOther() {
        PagePools pools = new PagePools(LAYOUT, 2, 256);

        assertThat(pools.frames()).isEqualTo(PagePools.frames(256)).isEqualTo(274);
        assertThat(pools.first(0)).isEqualTo(pools.firstFrame()).isEqualTo(1000 - 2 * 274);
        assertThat(pools.first(1)).isEqualTo(1000 - 274);
    }

    @Test
    void withoutAnyAllPagesAreTheGuests() {
        assertThat(new PagePools(LAYOUT, 0, 256).firstFrame()).isEqualTo(1000);
    }

    @Test
    void theyLeaveTheGuestSomething() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PagePools(LAYOUT, 4, 256))
                .withMessageContaining("pools=4");
        assertThatIllegalArgumentException().isThrownBy(() -> new PagePools(LAYOUT, 1, Integer.MAX_VALUE));
    }
}
