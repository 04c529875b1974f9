// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.MethodInsnNode;

/** What Java code does when all else fails, at the beginning of a line. */
final class Misfortunes {
    private static final Map<String, String> WORDS = new TreeMap<>(Map.of(
            "exception", "throws RuntimeException",
            "error", "throws Error",
            "overflow", "throws StackOverflowError",
            "park", "parks for ever",
            "spin", "spins for ever",
            "hog", "hog: keeps 1 MiB more each time"));

    private Misfortunes() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        if (!code.stackIsEmptyBefore(at) || !beginsLine(at)) {
            return List.of();
        }
        List<Edit> edits = new ArrayList<>();
        WORDS.forEach((name, words) -> edits.add(random -> {
            MethodInsnNode call = new MethodInsnNode(Opcodes.INVOKESTATIC, Misdeeds.OWNER, name, "()V");
            code.instructions().insertBefore(at, call);
            return words;
        }));
        return edits;
    }

    private static boolean beginsLine(AbstractInsnNode at) {
        AbstractInsnNode before = at.getPrevious();
        while (before != null && before.getOpcode() < 0) {
            if (before instanceof LineNumberNode) {
                return true;
            }
            before = before.getPrevious();
        }
        return false;
    }
}
