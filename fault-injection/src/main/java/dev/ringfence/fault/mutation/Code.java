// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.LabelNode;
import org.objectweb.asm.tree.LineNumberNode;
import org.objectweb.asm.tree.LocalVariableNode;
import org.objectweb.asm.tree.LookupSwitchInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TableSwitchInsnNode;
import org.objectweb.asm.tree.TryCatchBlockNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.BasicValue;
import org.objectweb.asm.tree.analysis.Frame;

/** One method of a class, and what is known of its variables and its stack at each instruction. */
final class Code {
    private final ClassNode owner;
    private final MethodNode method;
    private final Map<AbstractInsnNode, Frame<BasicValue>> frames = new HashMap<>();
    private final Set<LabelNode> targets = new HashSet<>();
    private int locals;

    Code(ClassNode owner, MethodNode method) {
        this.owner = owner;
        this.method = method;
        this.locals = method.maxLocals;
        try {
            Frame<BasicValue>[] all = new Analyzer<>(new BasicInterpreter()).analyze(owner.name, method);
            for (int i = 0; i < all.length; i++) {
                frames.put(method.instructions.get(i), all[i]);
            }
        } catch (AnalyzerException e) {
            throw new IllegalArgumentException("not verifiable: class=" + owner.name + " method=" + method.name, e);
        }
        findTargets();
    }

    private void findTargets() {
        for (AbstractInsnNode insn : method.instructions) {
            if (insn instanceof JumpInsnNode jump) {
                targets.add(jump.label);
            } else if (insn instanceof TableSwitchInsnNode table) {
                targets.add(table.dflt);
                targets.addAll(table.labels);
            } else if (insn instanceof LookupSwitchInsnNode lookup) {
                targets.add(lookup.dflt);
                targets.addAll(lookup.labels);
            }
        }
        for (TryCatchBlockNode block : method.tryCatchBlocks) {
            targets.add(block.start);
            targets.add(block.end);
            targets.add(block.handler);
        }
    }

    ClassNode owner() {
        return owner;
    }

    MethodNode method() {
        return method;
    }

    InsnList instructions() {
        return method.instructions;
    }

    int indexOf(AbstractInsnNode insn) {
        return method.instructions.indexOf(insn);
    }

    /** What is on the stack and in the variables before an instruction; null when it can't be reached. */
    Frame<BasicValue> frame(AbstractInsnNode insn) {
        return frames.get(insn);
    }

    boolean stackIsEmptyBefore(AbstractInsnNode insn) {
        Frame<BasicValue> frame = frame(insn);
        return frame != null && frame.getStackSize() == 0;
    }

    /** Something jumps here, or a handler's range begins or ends. */
    boolean isTarget(AbstractInsnNode insn) {
        return insn instanceof LabelNode label && targets.contains(label);
    }

    /** A variable that nothing else uses, for the time of one edit. */
    int newLocal(Type type) {
        int index = locals;
        locals += type.getSize();
        return index;
    }

    boolean isAssigned(AbstractInsnNode before, int variable, Type type) {
        BasicValue value = frame(before).getLocal(variable);
        return value != null
                && value.getType() != null
                && (isReference(type) ? value.isReference() : value.getType().equals(type));
    }

    /**
     * Other variables that have a value before this instruction, of the same type: to a processor all small integers are of
     * one type, references are of the type that they are declared with.
     */
    List<Integer> alike(AbstractInsnNode at, int variable, Type type) {
        List<Integer> alike = new ArrayList<>();
        String declared = declared(at, variable);
        for (int other = 0; other < method.maxLocals; other++) {
            boolean same = !isReference(type) || declared != null && declared.equals(declared(at, other));
            if (other != variable && same && isAssigned(at, other, type)) {
                alike.add(other);
            }
        }
        return alike;
    }

    private String declared(AbstractInsnNode at, int variable) {
        LocalVariableNode local = variable(at, variable);
        return local == null ? null : local.desc;
    }

    private LocalVariableNode variable(AbstractInsnNode at, int variable) {
        if (method.localVariables == null) {
            return null;
        }
        int index = indexOf(at);
        for (LocalVariableNode local : method.localVariables) {
            // A store that gives a variable its first value stands just before the variable's range.
            boolean inRange = indexOf(local.start) - 1 <= index && index < indexOf(local.end);
            if (local.index == variable && inRange) {
                return local;
            }
        }
        return null;
    }

    String name(AbstractInsnNode at, int variable) {
        LocalVariableNode local = variable(at, variable);
        return local == null ? "variable " + variable : local.name;
    }

    int line(AbstractInsnNode at) {
        for (AbstractInsnNode insn = at; insn != null; insn = insn.getPrevious()) {
            if (insn instanceof LineNumberNode line) {
                return line.line;
            }
        }
        return 0;
    }

    /** The next one that does something. */
    static AbstractInsnNode next(AbstractInsnNode insn) {
        AbstractInsnNode next = insn.getNext();
        while (next != null && next.getOpcode() < 0) {
            next = next.getNext();
        }
        return next;
    }

    /** The last one before it that does something. */
    static AbstractInsnNode previous(AbstractInsnNode insn) {
        AbstractInsnNode previous = insn.getPrevious();
        while (previous != null && previous.getOpcode() < 0) {
            previous = previous.getPrevious();
        }
        return previous;
    }

    static boolean isReference(Type type) {
        return type.getSort() == Type.OBJECT || type.getSort() == Type.ARRAY;
    }

    /** The type that a load or store of a variable is for; null for other instructions. */
    static Type variableType(int opcode) {
        return switch (opcode) {
            case ILOAD, ISTORE -> Type.INT_TYPE;
            case LLOAD, LSTORE -> Type.LONG_TYPE;
            case FLOAD, FSTORE -> Type.FLOAT_TYPE;
            case DLOAD, DSTORE -> Type.DOUBLE_TYPE;
            case ALOAD, ASTORE -> Type.getObjectType("java/lang/Object");
            default -> null;
        };
    }
}
