// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.objectweb.asm.Opcodes.*;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.objectweb.asm.Type;
import org.objectweb.asm.tree.AbstractInsnNode;
import org.objectweb.asm.tree.InsnList;
import org.objectweb.asm.tree.InsnNode;
import org.objectweb.asm.tree.MethodInsnNode;

/**
 * Faults of the logic of a device driver, at the calls that they are about: what a bad driver does to a good disk. They are
 * told by name and type, so that a device class of somebody else's is found too.
 */
final class Devices {
    private static final Set<String> DEVICE_CALLS = Set.of("read", "write", "discard");
    /** What answers 0 when it has done all that was asked; "perform" is the kit's word for all of a request. */
    private static final Set<String> NOTHING_MORE = Set.of("flush", "send", "perform");

    private static final long[] ASTRAY = {512, -512, 4096, -4096};

    private Devices() {}

    static List<Edit> edits(Code code, AbstractInsnNode at) {
        boolean ours = at instanceof MethodInsnNode call
                && (call.owner.startsWith("dev/ringfence/backend/") || call.owner.startsWith("dev/ringfence/grant/"));
        return ours ? call(code, (MethodInsnNode) at) : List.of();
    }

    private static List<Edit> call(Code code, MethodInsnNode call) {
        List<Edit> edits = new ArrayList<>();
        Type[] arguments = Type.getArgumentTypes(call.desc);
        boolean answersInt = Type.INT_TYPE.equals(Type.getReturnType(call.desc));
        boolean device =
                DEVICE_CALLS.contains(call.name) && arguments.length == 2 && Type.LONG_TYPE.equals(arguments[0]);
        if (answersInt && (device || NOTHING_MORE.contains(call.name))) {
            edits.add(random -> leaveOut(code, call, "success instead"));
        }
        if (answersInt && device) {
            for (long bytes : ASTRAY) {
                edits.add(random -> {
                    add(code, call, 0, bytes);
                    return Snippets.words(call) + " " + bytes + " bytes astray";
                });
            }
        }
        if (call.name.equals("respond") && arguments.length == 4 && Type.LONG_TYPE.equals(arguments[1])) {
            edits.add(random -> {
                add(code, call, 1, 1);
                return "the answer has the id after its own";
            });
        }
        grants(code, call, edits);
        return edits;
    }

    private static void grants(Code code, MethodInsnNode call, List<Edit> edits) {
        if (call.name.equals("unpin") && Type.VOID_TYPE.equals(Type.getReturnType(call.desc))) {
            edits.add(random -> Omissions.leaveOut(code, call, new InsnList(), ": what is granted stays in use"));
        }
        if (call.name.equals("pin") && call.owner.equals("dev/ringfence/grant/GrantMap")) {
            edits.add(random -> {
                call.name = "validate";
                return "the grant is used and not pinned";
            });
        }
    }

    private static String leaveOut(Code code, MethodInsnNode call, String instead) {
        return Omissions.leaveOut(code, call, Snippets.list(new InsnNode(ICONST_0)), ", " + instead);
    }

    private static void add(Code code, MethodInsnNode call, int argument, long bytes) {
        Snippets.changeArgument(
                code, call, argument, Snippets.list(Snippets.constant(Type.LONG_TYPE, bytes), new InsnNode(LADD)));
    }
}
