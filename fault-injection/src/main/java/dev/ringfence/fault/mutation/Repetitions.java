// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.util.List;
import org.objectweb.asm.tree.AbstractInsnNode;

/** A call is made once more than it should be: a request completed twice, an index advanced by two. */
final class Repetitions {
    private Repetitions() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        Statement statement = Statement.at(code, at);
        if (statement == null || statement.call() == null) {
            return List.of();
        }
        return List.of(random -> {
            for (AbstractInsnNode copy : statement.copy()) {
                code.instructions().insertBefore(at, copy);
            }
            return Snippets.words(statement.call()) + " twice";
        });
    }
}
