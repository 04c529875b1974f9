// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StorePathTest {
    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "/local/domain/0/backend/vbd/1/51712", "/A-z_0@9"})
    void leavesAbsolutePathsAsTheyAre(String path) {
        assertThat(StorePath.resolve(path, 7)).isEqualTo(path);
    }

    @Test
    void resolvesRelativePathsBelowTheDomainsHome() {
        assertThat(StorePath.resolve("device/vbd", 7)).isEqualTo("/local/domain/7/device/vbd");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "//", "/a/", "/a//b", "a/", "/a.b", "/../etc", "/a b", "/\u00e4", "/a\n", "@releaseDomain"})
    void refusesWhatIsNoPath(String path) {
        assertThatThrownBy(() -> StorePath.resolve(path, 0))
                .isInstanceOfSatisfying(
                        StoreException.class, e -> assertThat(e.error()).isEqualTo(StoreError.EINVAL));
    }

    @Test
    void allowsSpecialPathsWhereTheyMakeSense() {
        assertThat(StorePath.resolveWithSpecial("@releaseDomain", 7)).isEqualTo("@releaseDomain");
    }

    @Test
    void limitsTheLengthOfPaths() {
        assertThat(StorePath.resolve("/" + "a".repeat(3071), 0)).hasSize(3072);
        assertThatThrownBy(() -> StorePath.resolve("/" + "a".repeat(3072), 0)).isInstanceOf(StoreException.class);
        assertThat(StorePath.resolve("a".repeat(2048), 0)).hasSize(2048 + "/local/domain/0/".length());
        assertThatThrownBy(() -> StorePath.resolve("a".repeat(2049), 0)).isInstanceOf(StoreException.class);
    }

    @Test
    void knowsParentsAndLevels() {
        assertThat(StorePath.parent("/a/b")).isEqualTo("/a");
        assertThat(StorePath.parent("/a")).isEqualTo("/");
        assertThat(StorePath.levelsBelow("/", "/")).isZero();
        assertThat(StorePath.levelsBelow("/a/b", "/")).isEqualTo(2);
        assertThat(StorePath.levelsBelow("/a/b/c", "/a")).isEqualTo(2);
        assertThat(StorePath.levelsBelow("/a", "/a")).isZero();
    }
}
