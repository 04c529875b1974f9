// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class StoreTreeTest {
    private static StoreTree with(StoreTree tree, String path, int owner, long generation) {
        return tree.with(path, UnaryOperator.identity(), permissions -> permissions.ownedBy(owner), generation);
    }

    @Test
    void staysAsItWasWhenAChangeMakesAnother() {
        StoreTree before = with(StoreTree.empty(), "/a/b", 0, 1);
        StoreTree after = before.without("/a", 2);
        assertThat(before.contains("/a/b")).isTrue();
        assertThat(after.contains("/a")).isFalse();
    }

    @Test
    void givesNewGenerationsToTheChangedNodeAndToAParentWithNewChildrenOnly() {
        StoreTree tree = with(StoreTree.empty(), "/a/b", 0, 1);
        StoreTree valueChanged = tree.with("/a/b", node -> node.withValue(new byte[1], 2), UnaryOperator.identity(), 2);
        assertThat(valueChanged.generation("/a/b")).isEqualTo(2);
        assertThat(valueChanged.generation("/a")).isEqualTo(1);
        StoreTree childAdded = with(valueChanged, "/a/c", 0, 3);
        assertThat(childAdded.generation("/a")).isEqualTo(3);
        assertThat(childAdded.generation("/a/b")).isEqualTo(2);
        assertThat(childAdded.generation("/")).isEqualTo(1);
        assertThat(childAdded.without("/a/b", 4).generation("/a")).isEqualTo(4);
        assertThat(childAdded.generation("/none")).isEqualTo(StoreTree.ABSENT);
    }

    @Test
    void countsTheNodesOfEachOwner() {
        StoreTree tree = with(with(StoreTree.empty(), "/a/b/c", 3, 1), "/a/d", 4, 2);
        assertThat(tree.nodesOwnedBy(0)).isEqualTo(1);
        assertThat(tree.nodesOwnedBy(3)).isEqualTo(3);
        assertThat(tree.nodesOwnedBy(4)).isEqualTo(1);
        StorePermissions others = StorePermissions.owner(4, StorePermissions.Access.NONE);
        StoreTree given = tree.with("/a/b", node -> node.withPermissions(others, 3), UnaryOperator.identity(), 3);
        assertThat(given.nodesOwnedBy(3)).isEqualTo(2);
        assertThat(given.nodesOwnedBy(4)).isEqualTo(2);
        assertThat(given.without("/a", 4).nodesOwnedBy(4)).isZero();
        assertThat(given.without("/a", 4).nodesOwnedBy(0)).isEqualTo(1);
    }

    @Test
    void holdsAndShowsATreeAsDeepAsThePathsAllow() {
        String deepest = "/a".repeat(StorePath.ABSOLUTE_BYTES_MAX / 2);
        StoreTree tree = with(StoreTree.empty(), deepest, 0, 1);
        assertThat(tree.contains(deepest)).isTrue();
        List<String> paths = new ArrayList<>();
        tree.walk("/", (path, node) -> paths.add(path));
        assertThat(paths).hasSize(1537).startsWith("/", "/a", "/a/a").endsWith(deepest);
        assertThat(tree.without("/a", 2).nodesOwnedBy(0)).isEqualTo(1);
    }
}
