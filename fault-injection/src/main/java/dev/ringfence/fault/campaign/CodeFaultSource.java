// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.FaultChoice.Choice;
import dev.ringfence.fault.lab.CodeFault;
import dev.ringfence.fault.lab.UserDisk;
import dev.ringfence.fault.mutation.MutationSite;
import dev.ringfence.fault.mutation.Mutator;
import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
import dev.ringfence.fault.mutation.UserClasses;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/** First a part by weight, then an operator, then a place in the part's classes. */
final class CodeFaultSource implements FaultSource {
    private final List<Part> tickets = new ArrayList<>();
    private final Map<Part, Map<Operator, List<MutationSite>>> sites = new EnumMap<>(Part.class);
    private final List<byte[]> classFiles = new ArrayList<>();

    /** @param disk a user's, whose classes are the device's own then */
    CodeFaultSource(CodeFaults spec, String driver, Optional<UserDisk> disk) {
        for (Part part : Part.values()) {
            int weight = spec.parts().getOrDefault(part, 0);
            Map<Operator, List<MutationSite>> found = sites(classFiles(part, driver, disk), spec.operators());
            sites.put(part, found);
            for (int i = 0; i < weight && !found.isEmpty(); i++) {
                tickets.add(part);
            }
        }
        if (tickets.isEmpty()) {
            throw new IllegalArgumentException("no class of these parts has a place for these operators: parts="
                    + spec.parts() + " operators=" + spec.operators());
        }
    }

    private static List<byte[]> classFiles(Part part, String driver, Optional<UserDisk> disk) {
        if (part == Part.DEVICE && disk.isPresent()) {
            UserClasses classes = new UserClasses(disk.get().classpath());
            return classes.around(disk.get().className()).stream()
                    .map(name -> classes.classFile(name).orElseThrow())
                    .toList();
        }
        return part.classes(driver).stream().map(Mutator::classFile).toList();
    }

    private Map<Operator, List<MutationSite>> sites(List<byte[]> of, List<Operator> operators) {
        Map<Operator, List<MutationSite>> found = new EnumMap<>(Operator.class);
        for (byte[] classFile : of) {
            classFiles.add(classFile);
            for (MutationSite site : Mutator.sites(classFile)) {
                if (operators.contains(site.operator())) {
                    found.computeIfAbsent(site.operator(), operator -> new ArrayList<>())
                            .add(site);
                }
            }
        }
        return found;
    }

    @Override
    public Choice choose(SplittableRandom random) {
        Part part = tickets.get(random.nextInt(tickets.size()));
        Map<Operator, List<MutationSite>> operators = sites.get(part);
        List<Operator> able = List.copyOf(operators.keySet());
        List<MutationSite> places = operators.get(able.get(random.nextInt(able.size())));
        MutationSite site = places.get(random.nextInt(places.size()));
        String simple = site.className().substring(site.className().lastIndexOf('.') + 1);
        return new Choice(
                new CodeFault(site.className(), site.index(), random.nextLong()),
                new FaultDescription(
                        CodeFault.FAMILY,
                        site.operator().word(),
                        part.word(),
                        simple + "." + site.method() + ":" + site.line(),
                        ""));
    }

    /** Sites are counted in these classes. */
    @Override
    public void digest(CRC32C build) {
        classFiles.forEach(build::update);
    }
}
