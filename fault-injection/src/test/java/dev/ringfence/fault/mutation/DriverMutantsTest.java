// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.objectweb.asm.ClassReader;

/** A mutant or two of every site of the drivers' classes: valid, and different in one method alone. */
final class DriverMutantsTest {
    private static final String DRIVER = "block";
    private static final long[] SEEDS = {1, 0x5EED};
    private static final double STILLBORN_MAX = 0.05;
    /** Each so many-th site. */
    private static final int SOME = 9;

    @ParameterizedTest
    @CsvSource({"DEVICE,block", "DEVICE,net", "DEVICE,entropy", "KIT,block", "JOURNAL,block"})
    void someMutantsAreValidAndDifferInOneMethod(Part part, String driver) {
        areValid(part, driver, SOME);
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"DEVICE,block", "DEVICE,net", "DEVICE,entropy", "KIT,block", "JOURNAL,block"})
    void mutantsAreValidAndDifferInOneMethod(Part part, String driver) {
        areValid(part, driver, 1);
    }

    private static void areValid(Part part, String driver, int each) {
        int mutants = 0;
        List<String> stillborn = new ArrayList<>();
        for (String name : part.classes(driver)) {
            byte[] original = Mutator.classFile(name);
            Map<String, ByteBuffer> before = methods(original);
            for (MutationSite site : Mutator.sites(original)) {
                if (site.index() % each != 0) {
                    continue;
                }
                // The block driver stands for the others, which are tried once.
                for (long seed : driver.equals(DRIVER) ? SEEDS : new long[] {site.index()}) {
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
        System.out.printf("%s of %s: %d mutants, %d stillborn%n", part.word(), driver, mutants, stillborn.size());
        stillborn.forEach(System.out::println);
        assertThat((double) stillborn.size() / mutants).isLessThan(STILLBORN_MAX);
    }

    private static void verify(Mutant mutant, List<String> stillborn) {
        String name = mutant.site().className();
        try {
            new ThrowAwayLoader(name, mutant.classFile(), name.substring(0, name.lastIndexOf('.') + 1)).verified();
        } catch (VerifyError | ClassFormatError e) {
            stillborn.add(mutant.site() + ": " + mutant.edit() + ": "
                    + e.getMessage().lines().findFirst().orElse(""));
        } catch (ClassNotFoundException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> changed(Map<String, ByteBuffer> before, Map<String, ByteBuffer> after) {
        assertThat(after.keySet()).isEqualTo(before.keySet());
        return before.keySet().stream()
                .filter(method -> !before.get(method).equals(after.get(method)))
                .map(method -> method.substring(0, method.indexOf('(')))
                .toList();
    }

    /** Each method as the class file has it, whose constants are numbered as in the original: a copy is one byte for byte. */
    private static Map<String, ByteBuffer> methods(byte[] classFile) {
        ClassReader reader = new ClassReader(classFile);
        Map<String, ByteBuffer> methods = new TreeMap<>();
        char[] text = new char[reader.getMaxStringLength()];
        int at = reader.header + 6;
        at += 2 + 2 * reader.readUnsignedShort(at);
        for (int table = 0; table < 2; table++) {
            int count = reader.readUnsignedShort(at);
            at += 2;
            for (int i = 0; i < count; i++) {
                int end = endOfMember(reader, at);
                if (table == 1) {
                    String name = reader.readUTF8(at + 2, text) + reader.readUTF8(at + 4, text);
                    methods.put(name, ByteBuffer.wrap(classFile, at, end - at));
                }
                at = end;
            }
        }
        return methods;
    }

    private static int endOfMember(ClassReader reader, int begin) {
        int at = begin + 8;
        for (int i = reader.readUnsignedShort(begin + 6); i > 0; i--) {
            at += 6 + reader.readInt(at + 2);
        }
        return at;
    }

    @Test
    void aClassThatIsNoneIsNoticed() {
        MutationSite site = Outcomes.sites("four", Operator.BIT).get(0);
        List<String> stillborn = new ArrayList<>();
        verify(new Mutant(Outcomes.invalid("four"), site, "a value too many is popped"), stillborn);
        assertThat(stillborn).hasSize(1);
        assertThat(changed(methods(Mutator.classFile(site.className())), methods(Outcomes.invalid("four"))))
                .containsExactly("four");
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
