// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ringfence.store.StorePermissions.Access;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorePermissionsTest {
    @Test
    void readsAndWritesTheWiresText() {
        StorePermissions permissions = StorePermissions.parse(List.of("n1", "r2", "w3", "b65535"));
        assertThat(permissions.texts()).containsExactly("n1", "r2", "w3", "b65535");
        assertThat(permissions)
                .isEqualTo(StorePermissions.owner(1, Access.NONE)
                        .with(2, Access.READ)
                        .with(3, Access.WRITE)
                        .with(65535, Access.BOTH));
    }

    @Test
    void givesTheOwnerAllListedDomainsTheirsAndOthersTheDefault() {
        StorePermissions permissions = StorePermissions.parse(List.of("r1", "n2", "w3"));
        assertThat(permissions.accessOf(1)).isEqualTo(Access.BOTH);
        assertThat(permissions.accessOf(2)).isEqualTo(Access.NONE);
        assertThat(permissions.accessOf(3)).isEqualTo(Access.WRITE);
        assertThat(permissions.accessOf(4)).isEqualTo(Access.READ);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "r", "1", "x1", "r-1", "r65536", "r999999", "rr1", "r1 ", "R1"})
    void refusesWhatIsNoEntry(String text) {
        assertThatThrownBy(() -> StorePermissions.Entry.parse(text)).isInstanceOf(StoreException.class);
    }
}
