// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;

/** Conditions that are wrong: a missing {@code if}, a missing guarded block, the opposite. */
final class Branches {
    private Branches() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        if (at instanceof JumpInsnNode jump && isConditional(jump)) {
            String was = Snippets.mnemonic(jump.getOpcode());
            return List.of(
                    random -> {
                        jump.setOpcode(opposite(jump.getOpcode()));
                        return was + " -> " + Snippets.mnemonic(jump.getOpcode());
                    },
                    random -> {
                        always(code, jump);
                        return was + " -> always";
                    },
                    random -> {
                        never(code, jump);
                        return was + " -> never";
                    });
        }
        if (at instanceof TableSwitchInsnNode table) {
            return switchEdits(code, at, table.labels, table.dflt);
        }
        if (at instanceof LookupSwitchInsnNode lookup) {
            return switchEdits(code, at, lookup.labels, lookup.dflt);
        }
        return List.of();
    }

    private static List<Edit> switchEdits(Code code, AbstractInsnNode at, List<LabelNode> labels, LabelNode other) {
        List<Edit> edits = new ArrayList<>();
        edits.add(random -> {
            Snippets.replace(code, at, new InsnNode(POP), new JumpInsnNode(GOTO, other));
            return "switch -> always default";
        });
        for (int i = 0; i < labels.size(); i++) {
            int chosen = i;
            if (labels.get(i) != other) {
                edits.add(random -> {
                    Snippets.replace(code, at, new InsnNode(POP), new JumpInsnNode(GOTO, labels.get(chosen)));
                    return "switch -> always case " + (chosen + 1);
                });
            }
        }
        return edits;
    }

    static boolean isConditional(JumpInsnNode jump) {
        return jump.getOpcode() != GOTO && jump.getOpcode() != JSR;
    }

    static void always(Code code, JumpInsnNode jump) {
        Snippets.replace(code, jump, popOperands(jump), new JumpInsnNode(GOTO, jump.label));
    }

    static void never(Code code, JumpInsnNode jump) {
        Snippets.replace(code, jump, popOperands(jump));
    }

    private static AbstractInsnNode popOperands(JumpInsnNode jump) {
        boolean two = jump.getOpcode() >= IF_ICMPEQ && jump.getOpcode() <= IF_ACMPNE;
        return new InsnNode(two ? POP2 : POP);
    }

    private static int opposite(int opcode) {
        if (opcode == IFNULL || opcode == IFNONNULL) {
            return opcode == IFNULL ? IFNONNULL : IFNULL;
        }
        // The others stand in pairs, the first of which is IFEQ.
        return (opcode - IFEQ ^ 1) + IFEQ;
    }
}
