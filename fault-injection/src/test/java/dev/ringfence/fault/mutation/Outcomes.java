// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** All mutants of one method of {@link Fixture} that one operator makes, and what becomes of calling them. */
final class Outcomes {
    private static final String NAME = Fixture.class.getName();
    private static final byte[] ORIGINAL = Mutator.classFile(NAME);
    /** So many that each edit is chosen; of a flipped bit there are up to 64. */
    private static final int SEEDS = 100;

    private static final int BIT_SEEDS = 600;

    private Outcomes() {}

    static List<MutationSite> sites(String method, Operator operator) {
        return Mutator.sites(ORIGINAL).stream()
                .filter(site -> site.method().equals(method) && site.operator() == operator)
                .toList();
    }

    /** By the edit's words; with the number of its site among the method's, where there are several. */
    static Map<String, Mutant> mutants(String method, Operator operator) {
        Map<String, Mutant> mutants = new TreeMap<>();
        List<MutationSite> sites = sites(method, operator);
        for (int i = 0; i < sites.size(); i++) {
            String prefix = sites.size() == 1 ? "" : i + ": ";
            int seeds = operator == Operator.BIT ? BIT_SEEDS : SEEDS;
            for (int seed = 0; seed < seeds; seed++) {
                Mutant mutant = Mutator.apply(ORIGINAL, sites.get(i).index(), seed);
                mutants.put(prefix + mutant.edit(), mutant);
            }
        }
        assertThat(mutants).as("%s %s", method, operator).isNotEmpty();
        return mutants;
    }

    /** What each mutant returns, or throws: then the class of that. */
    static Map<String, Object> of(String method, Operator operator, Object... arguments) {
        return of(method, operator, edit -> true, arguments);
    }

    /** Only of those edits; others would not return. */
    static Map<String, Object> of(String method, Operator operator, Predicate<String> edits, Object... arguments) {
        Map<String, Object> outcomes = new TreeMap<>();
        mutants(method, operator).forEach((edit, mutant) -> {
            if (edits.test(edit)) {
                outcomes.put(edit, call(mutant, arguments));
            }
        });
        return outcomes;
    }

    /** For calls that change what they are given: {@code run} makes the arguments and tells what came of them. */
    static <T> Map<String, T> each(String method, Operator operator, BiFunction<Mutant, String, T> run) {
        Map<String, T> outcomes = new TreeMap<>();
        mutants(method, operator).forEach((edit, mutant) -> outcomes.put(edit, run.apply(mutant, edit)));
        return outcomes;
    }

    static Object call(Mutant mutant, Object... arguments) {
        try {
            return invoke(mutant, arguments);
        } catch (InvocationTargetException e) {
            return e.getCause().getClass().getSimpleName();
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    static Object invoke(Mutant mutant, Object... arguments) throws ReflectiveOperationException {
        Class<?> loaded = new ThrowAwayLoader(NAME, mutant.classFile(), NAME).verified();
        Method method = Arrays.stream(loaded.getMethods())
                .filter(candidate -> candidate.getName().equals(mutant.site().method()))
                .findFirst()
                .orElseThrow();
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        return method.invoke(isStatic ? null : loaded.getConstructor().newInstance(), arguments);
    }

    /** {@link Fixture} with a method that no verifier lets pass. */
    static byte[] invalid(String method) {
        ClassReader reader = new ClassReader(ORIGINAL);
        ClassWriter writer = new ClassWriter(reader, 0);
        reader.accept(
                new ClassVisitor(Opcodes.ASM9, writer) {
                    @Override
                    public MethodVisitor visitMethod(
                            int access, String name, String descriptor, String signature, String[] exceptions) {
                        MethodVisitor into = super.visitMethod(access, name, descriptor, signature, exceptions);
                        return name.equals(method) ? new PopFirst(into) : into;
                    }
                },
                0);
        return writer.toByteArray();
    }

    private static final class PopFirst extends MethodVisitor {
        PopFirst(MethodVisitor into) {
            super(Opcodes.ASM9, into);
        }

        @Override
        public void visitCode() {
            super.visitCode();
            super.visitInsn(Opcodes.POP);
        }
    }
}
