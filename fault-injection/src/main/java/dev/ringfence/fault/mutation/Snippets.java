// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.LdcInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.VarInsnNode;
import org.objectweb.asm.util.Printer;

/** Small pieces of code that edits are made of. */
final class Snippets {
    private Snippets() {}

    static InsnList list(AbstractInsnNode... nodes) {
        InsnList list = new InsnList();
        for (AbstractInsnNode node : nodes) {
            list.add(node);
        }
        return list;
    }

    static void replace(Code code, AbstractInsnNode at, AbstractInsnNode... by) {
        code.instructions().insertBefore(at, list(by));
        code.instructions().remove(at);
    }

    static AbstractInsnNode pop(Type type) {
        return new InsnNode(type.getSize() == 2 ? POP2 : POP);
    }

    /** Zero, false or null. */
    static AbstractInsnNode zero(Type type) {
        return switch (type.getSort()) {
            case Type.LONG -> new InsnNode(LCONST_0);
            case Type.FLOAT -> new InsnNode(FCONST_0);
            case Type.DOUBLE -> new InsnNode(DCONST_0);
            case Type.OBJECT, Type.ARRAY -> new InsnNode(ACONST_NULL);
            default -> new InsnNode(ICONST_0);
        };
    }

    /** A constant of type int or long. */
    static AbstractInsnNode constant(Type type, long value) {
        return Type.LONG_TYPE.equals(type) ? new LdcInsnNode(value) : new LdcInsnNode((int) value);
    }

    /** What is called, with its object if it has one, is taken from the stack. */
    static InsnList popOperands(MethodInsnNode call) {
        InsnList pops = new InsnList();
        Type[] arguments = Type.getArgumentTypes(call.desc);
        for (int i = arguments.length - 1; i >= 0; i--) {
            pops.add(pop(arguments[i]));
        }
        if (call.getOpcode() != INVOKESTATIC) {
            pops.add(new InsnNode(POP));
        }
        return pops;
    }

    /** Changes argument {@code argument}, which {@code change} finds on top of the stack. */
    static void changeArgument(Code code, MethodInsnNode call, int argument, InsnList change) {
        Type[] types = Type.getArgumentTypes(call.desc);
        int[] saved = new int[types.length];
        InsnList all = new InsnList();
        for (int i = types.length - 1; i > argument; i--) {
            saved[i] = code.newLocal(types[i]);
            all.add(new VarInsnNode(types[i].getOpcode(ISTORE), saved[i]));
        }
        all.add(change);
        for (int i = argument + 1; i < types.length; i++) {
            all.add(new VarInsnNode(types[i].getOpcode(ILOAD), saved[i]));
        }
        code.instructions().insertBefore(call, all);
    }

    static void swapArguments(Code code, MethodInsnNode call, int one, int other) {
        Type[] types = Type.getArgumentTypes(call.desc);
        int[] saved = new int[types.length];
        InsnList all = new InsnList();
        for (int i = types.length - 1; i >= one; i--) {
            saved[i] = code.newLocal(types[i]);
            all.add(new VarInsnNode(types[i].getOpcode(ISTORE), saved[i]));
        }
        for (int i = one; i < types.length; i++) {
            int from = i == one ? other : i == other ? one : i;
            all.add(new VarInsnNode(types[i].getOpcode(ILOAD), saved[from]));
        }
        code.instructions().insertBefore(call, all);
    }

    /** {@code Window.putInt}: without package and argument types. */
    static String words(MethodInsnNode call) {
        return call.owner.substring(call.owner.lastIndexOf('/') + 1) + "." + call.name;
    }

    static String mnemonic(int opcode) {
        return Printer.OPCODES[opcode];
    }
}
