// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.util.Textifier;
import org.objectweb.asm.util.TraceMethodVisitor;

/** Every mutant of the block driver's classes, with two seeds: valid, and different in one method alone. */
final class DriverMutantsTest {
    private static final String DRIVER = "block";
    private static final long[] SEEDS = {1, 0x5EED};
    private static final double STILLBORN_MAX = 0.05;

    @ParameterizedTest
    @EnumSource
    void mutantsAreValidAndDifferInOneMethod(Part part) {
        int mutants = 0;
        List<String> stillborn = new ArrayList<>();
        for (String name : part.classes(DRIVER)) {
            byte[] original = Mutator.classFile(name);
            Map<String, String> before = methods(original);
            for (MutationSite site : Mutator.sites(original)) {
                for (long seed : SEEDS) {
                    Mutant mutant = Mutator.apply(original, site.index(), seed);
                    mutants++;
                    assertThat(mutant.site()).isEqualTo(site);
                    assertThat(changed(before, methods(mutant.classFile())))
                            .as("%s: %s", site, mutant.edit())
                            .containsExactly(site.method());
                    verify(mutant, stillborn);
                }
            }
        }
        System.out.printf("%s: %d mutants, %d stillborn%n", part.word(), mutants, stillborn.size());
        stillborn.forEach(System.out::println);
        assertThat((double) stillborn.size() / mutants).isLessThan(STILLBORN_MAX);
    }

    private static void verify(Mutant mutant, List<String> stillborn) {
        try {
            new ThrowAwayLoader(mutant.site().className(), mutant.classFile()).verified();
        } catch (VerifyError | ClassFormatError e) {
            stillborn.add(mutant.site() + ": " + mutant.edit() + ": "
                    + e.getMessage().lines().findFirst().orElse(""));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> changed(Map<String, String> before, Map<String, String> after) {
        assertThat(after.keySet()).isEqualTo(before.keySet());
        return before.keySet().stream()
                .filter(method -> !before.get(method).equals(after.get(method)))
                .map(method -> method.substring(0, method.indexOf('(')))
                .toList();
    }

    /** What stands in each method, with all its frames and lines. */
    private static Map<String, String> methods(byte[] classFile) {
        ClassNode owner = new ClassNode();
        new ClassReader(classFile).accept(owner, 0);
        Map<String, String> methods = new TreeMap<>();
        for (MethodNode method : owner.methods) {
            Textifier text = new Textifier();
            method.accept(new TraceMethodVisitor(text));
            methods.put(method.name + method.desc, text.getText().toString());
        }
        return methods;
    }

    @Test
    void sameSeedGivesTheSameMutant() {
        for (Part part : Part.values()) {
            for (String name : part.classes(DRIVER)) {
                byte[] original = Mutator.classFile(name);
                List<MutationSite> sites = Mutator.sites(original);
                assertThat(sites).isEqualTo(Mutator.sites(original.clone()));
                int site = sites.size() / 2;
                assertThat(Mutator.apply(original, site, 7).classFile())
                        .isEqualTo(Mutator.apply(original.clone(), site, 7).classFile());
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachPartHasPlacesForEachOperator(Part part) {
        Map<Operator, Integer> counts = new EnumMap<>(Operator.class);
        Arrays.stream(Operator.values()).forEach(operator -> counts.put(operator, 0));
        for (String name : part.classes(DRIVER)) {
            Mutator.sites(Mutator.classFile(name)).forEach(site -> counts.merge(site.operator(), 1, Integer::sum));
        }
        int all = counts.values().stream().mapToInt(Integer::intValue).sum();
        System.out.println(part.word() + ": " + part.classes(DRIVER).size() + " classes, " + all + " sites: " + counts);
        assertThat(all).isGreaterThan(1000);
        counts.forEach((operator, count) -> assertThat(count)
                .as("%s %s", part, operator)
                .isGreaterThanOrEqualTo(operator == Operator.IO && part == Part.JOURNAL ? 0 : 1));
    }
}
