// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.FieldInsnNode;
import org.objectweb.asm.tree.JumpInsnNode;
import org.objectweb.asm.tree.MethodInsnNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.TypeInsnNode;

/** All places of one class where something can be changed. Once something is, it is of no more use. */
final class Survey {
    /** Not the driver's own: they are there for the lab, or tell people something. */
    private static final Set<String> FOREIGN = Set.of(
            "dev/ringfence/ring/Defect",
            "dev/ringfence/backend/Misbehaviour",
            "dev/ringfence/memory/CrashPoint",
            "org/slf4j/Logger");

    private static final Set<String> EVERY_OBJECT_HAS = Set.of("toString()Ljava/lang/String;", "hashCode()I");

    /** An instruction that an operator can change, and how. */
    record Place(Code code, AbstractInsnNode at, List<Edit> edits, MutationSite site) {}

    private final ClassNode owner = new ClassNode();
    private final List<Place> places = new ArrayList<>();

    Survey(ClassReader reader) {
        this(reader, Integer.MAX_VALUE);
    }

    /** @param last the index of the last place that is needed: a class has many, and each takes its time */
    Survey(ClassReader reader, int last) {
        reader.accept(owner, ClassReader.SKIP_FRAMES);
        for (MethodNode method : owner.methods) {
            if (places.size() <= last && isMutable(method)) {
                survey(new Code(owner, method));
            }
        }
    }

    List<Place> places() {
        return places;
    }

    private void survey(Code code) {
        Set<AbstractInsnNode> foreign = foreign(code);
        for (AbstractInsnNode insn : code.instructions()) {
            boolean runs = insn.getOpcode() >= 0 && code.frame(insn) != null;
            if (runs && !foreign.contains(insn)) {
                for (Operator operator : Operator.values()) {
                    List<Edit> edits = edits(operator, code, insn);
                    if (!edits.isEmpty()) {
                        places.add(new Place(code, insn, edits, site(code, insn, operator)));
                    }
                }
            }
        }
    }

    private static List<Edit> edits(Operator operator, Code code, AbstractInsnNode at) {
        return switch (operator) {
            case SOURCE -> Registers.source(code, at);
            case DESTINATION -> Registers.destination(code, at);
            case POINTER -> Pointers.edits(code, at);
            case INTERFACE -> Interfaces.edits(code, at);
            case BRANCH -> Branches.edits(code, at);
            case LOOP -> Loops.edits(code, at);
            case NOP -> Omissions.edits(code, at);
            case BIT -> Bits.edits(code, at);
            case ORDER -> Orders.edits(code, at);
            case THROW -> Misfortunes.edits(code, at);
            case TWICE -> Repetitions.edits(code, at);
            case IO -> Devices.edits(code, at);
        };
    }

    private MutationSite site(Code code, AbstractInsnNode at, Operator operator) {
        return new MutationSite(
                owner.name.replace('/', '.'), code.method().name, code.line(at), operator, places.size());
    }

    private boolean isMutable(MethodNode method) {
        // The body of a lambda is called synthetic too, but somebody wrote it.
        boolean written = (method.access & (ACC_SYNTHETIC | ACC_BRIDGE)) == 0 || method.name.startsWith("lambda$");
        boolean hasBody = (method.access & (ACC_ABSTRACT | ACC_NATIVE)) == 0;
        return written
                && hasBody
                && !method.name.startsWith("<")
                && !EVERY_OBJECT_HAS.contains(method.name + method.desc)
                && !method.name.equals("equals")
                && !isForPeople(method)
                && !isMadeByCompiler(method);
    }

    /** What these return is logged, thrown, or says in an event what happened. */
    private static boolean isForPeople(MethodNode method) {
        String type = Type.getReturnType(method.desc).getInternalName();
        boolean text = type.equals("java/lang/String") && !method.name.equals("prefix");
        return text || type.endsWith("Exception") || type.endsWith("Error");
    }

    /** A record's accessors, an enum's {@code values} and {@code valueOf}. */
    private boolean isMadeByCompiler(MethodNode method) {
        boolean isEnum = (owner.access & ACC_ENUM) != 0
                && (method.name.equals("values") || method.name.equals("valueOf") || method.name.equals("$values"));
        boolean accessor = owner.recordComponents != null
                && method.desc.startsWith("()")
                && owner.recordComponents.stream().anyMatch(component -> component.name.equals(method.name));
        return isEnum || accessor;
    }

    private static Set<AbstractInsnNode> foreign(Code code) {
        Set<AbstractInsnNode> foreign = new HashSet<>();
        for (AbstractInsnNode insn : code.instructions()) {
            if (insn instanceof FieldInsnNode get && FOREIGN.contains(get.owner)) {
                foreign.add(insn);
            } else if (insn instanceof MethodInsnNode call && FOREIGN.contains(call.owner)) {
                foreign.add(insn);
                if (Code.next(insn) instanceof JumpInsnNode jump) {
                    foreign.add(jump);
                }
                if (call.owner.endsWith("Logger")) {
                    addStatement(code, insn, foreign);
                }
            } else if (insn.getOpcode() == ATHROW) {
                addThrow(code, insn, foreign);
            }
        }
        return foreign;
    }

    private static void addStatement(Code code, AbstractInsnNode last, Set<AbstractInsnNode> into) {
        AbstractInsnNode insn = last;
        while (insn != null && code.frame(insn) != null) {
            into.add(insn);
            if (code.stackIsEmptyBefore(insn)) {
                return;
            }
            insn = Code.previous(insn);
        }
    }

    /** All that makes a new exception is for its text. */
    private static void addThrow(Code code, AbstractInsnNode last, Set<AbstractInsnNode> into) {
        Set<AbstractInsnNode> statement = new HashSet<>();
        addStatement(code, last, statement);
        if (statement.stream().anyMatch(insn -> insn instanceof TypeInsnNode type && type.getOpcode() == NEW)) {
            into.addAll(statement);
        }
    }
}
