// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.campaign.Campaign.Conditions;
import dev.ringfence.fault.lab.DeviceFault;
import dev.ringfence.fault.lab.FaultyRun;
import dev.ringfence.fault.lab.Guest.Workload;
import dev.ringfence.fault.lab.ProcessFault;
import dev.ringfence.fault.lab.ProtocolFault;
import dev.ringfence.fault.lab.UserDisk;
import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
import dev.ringfence.fault.mutation.UserClasses;
import dev.ringfence.hypervisor.machine.MachineFileException;
import dev.ringfence.hypervisor.machine.Problem;
import dev.ringfence.hypervisor.machine.Problems;
import dev.ringfence.hypervisor.machine.Section;
import dev.ringfence.hypervisor.machine.SourceTree;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads and checks campaign files, and those that come with the lab. */
public final class CampaignReader {
    /** What can be run without writing a file. */
    public static final List<String> PRESETS = List.of("smoke", "minix", "both", "zombie", "storage-checker");

    private static final int TRIALS_MAX = 100_000_000;
    private static final int WEIGHT_MAX = 1_000;
    private static final String[] FAMILIES = {"code", "process", "protocol", "device"};
    private static final List<String> DRIVERS = List.of(FaultyRun.BLOCK, FaultyRun.NET);
    /** What is there in a disk alone. */
    private static final List<String> OF_DISKS = List.of("protocol", "device", "workload", "powerCuts", "tags", "disk");

    private final Section root;
    private final Path directory;

    private CampaignReader(Section root, Path directory) {
        this.root = root;
        this.directory = directory;
    }

    /**
     * @param nameOrFile a preset, or a file
     * @throws MachineFileException with everything that is wrong with it
     */
    public static Campaign read(String nameOrFile) {
        if (PRESETS.contains(nameOrFile)) {
            return preset(nameOrFile);
        }
        if (Files.notExists(Path.of(nameOrFile))) {
            String message = "no such file, and no preset: those are " + String.join(", ", PRESETS);
            throw new MachineFileException(List.of(new Problem(nameOrFile, 0, 0, "", message)));
        }
        return read(Path.of(nameOrFile));
    }

    public static Campaign read(Path file) {
        Problems problems = new Problems(file.toString());
        return read(
                SourceTree.read(file, problems), problems, file.toAbsolutePath().getParent());
    }

    private static Campaign preset(String name) {
        Problems problems = new Problems(name);
        SourceTree tree = SourceTree.read(
                () -> {
                    InputStream in = CampaignReader.class.getResourceAsStream(name + ".json");
                    return new InputStreamReader(in, StandardCharsets.UTF_8);
                },
                problems);
        return read(tree, problems, Path.of(""));
    }

    private static Campaign read(SourceTree source, Problems problems, Path directory) {
        problems.throwIfAny();
        Section root = new Section(
                source,
                problems,
                "",
                source.root(),
                "campaign",
                "driver",
                "drivers",
                "trials",
                "seed",
                "fence",
                "workload",
                "powerCuts",
                "tags",
                "disk",
                "code",
                "process",
                "protocol",
                "device");
        Campaign campaign = new CampaignReader(root, directory).campaign();
        problems.throwIfAny();
        return campaign;
    }

    private Campaign campaign() {
        String name = root.requiredText("campaign", "mine").orElse("");
        List<String> drivers = drivers();
        if (drivers.contains(FaultyRun.NET)) {
            OF_DISKS.stream()
                    .filter(root::has)
                    .forEach(key -> root.problem(key, "expected in campaigns of the block driver alone"));
        }
        root.require("trials", "1000");
        int trials = root.number("trials", 1, TRIALS_MAX, 1);
        int seed = root.number("seed", 0, Integer.MAX_VALUE, 42);
        boolean fenced = !root.has("fence") || root.flag("fence");
        boolean powerCuts = root.has("powerCuts") && root.flag("powerCuts");
        Conditions conditions = new Conditions(fenced, workload(), powerCuts, root.flag("tags"), disk());
        return new Campaign(name, drivers, trials, seed, families(), conditions);
    }

    private Optional<UserDisk> disk() {
        Optional<Section> section = root.section("disk", "class", "classpath", "options");
        if (section.isPresent() && root.has("powerCuts")) {
            root.problem("powerCuts", "expected with the lab's own disk alone");
        }
        return section.flatMap(disk -> {
            List<Path> classpath = new ArrayList<>();
            List<String> entries = disk.has("classpath") ? disk.texts("classpath") : List.of();
            for (int i = 0; i < entries.size(); i++) {
                Path entry = directory.resolve(entries.get(i));
                if (Files.notExists(entry)) {
                    disk.problem("classpath", i, "no such file or directory");
                } else {
                    classpath.add(entry);
                }
            }
            return disk.requiredText("class", "my.Disk")
                    .filter(name -> isThere(disk, name, classpath))
                    .map(name -> new UserDisk(name, classpath, disk.scalars("options")));
        });
    }

    private static boolean isThere(Section disk, String className, List<Path> classpath) {
        boolean there = new UserClasses(classpath).classFile(className).isPresent();
        if (!there) {
            disk.problem("class", "no such class in the class path");
        }
        return there;
    }

    private Workload workload() {
        Optional<String> wanted = root.text("workload");
        String known = Arrays.stream(Workload.values()).map(Workload::word).collect(Collectors.joining(", "));
        Optional<Workload> found = Arrays.stream(Workload.values())
                .filter(workload -> wanted.filter(workload.word()::equals).isPresent())
                .findFirst();
        if (wanted.isPresent() && found.isEmpty()) {
            root.problem("workload", "expected one of " + known);
        }
        return found.orElse(Workload.MIXED);
    }

    private List<String> drivers() {
        if (root.has("drivers")) {
            if (root.has("driver")) {
                root.problem("drivers", "expected this or \"driver\", not both");
            }
            List<String> drivers = named(root, "drivers", DRIVERS.toArray(String[]::new), Function.identity());
            if (drivers.isEmpty() || Set.copyOf(drivers).size() < drivers.size()) {
                root.problem("drivers", "expected each once, of " + String.join(", ", DRIVERS));
            }
            return drivers;
        }
        String driver = root.text("driver").orElse(DRIVERS.get(0));
        if (!DRIVERS.contains(driver)) {
            root.problem("driver", "expected one of " + String.join(", ", DRIVERS));
        }
        return List.of(driver);
    }

    private List<FamilySpec> families() {
        List<FamilySpec> families = new ArrayList<>();
        root.section("code", "weight", "parts", "operators")
                .map(code -> new CodeFaults(weight(code), parts(code), operators(code)))
                .ifPresent(families::add);
        root.section("process", "weight", "faults")
                .map(process -> new ProcessFaults(
                        weight(process), named(process, "faults", ProcessFault.Kind.values(), ProcessFault.Kind::word)))
                .ifPresent(families::add);
        root.section("protocol", "weight", "faults")
                .map(protocol -> new ProtocolFaults(
                        weight(protocol),
                        named(protocol, "faults", ProtocolFault.Kind.values(), ProtocolFault.Kind::word)))
                .ifPresent(families::add);
        root.section("device", "weight", "faults")
                .map(device -> new DeviceFaults(
                        weight(device), named(device, "faults", DeviceFault.Kind.values(), DeviceFault.Kind::word)))
                .ifPresent(families::add);
        if (Stream.of(FAMILIES).noneMatch(root::has)) {
            root.problem("expected at least one family of faults: " + String.join(", ", FAMILIES));
        } else if (families.stream().mapToInt(FamilySpec::weight).sum() == 0) {
            root.problem("expected at least one family of faults with a weight above 0");
        }
        return families;
    }

    private static int weight(Section family) {
        return family.number("weight", 0, WEIGHT_MAX, 1);
    }

    private static Map<Part, Integer> parts(Section code) {
        String[] words = Arrays.stream(Part.values()).map(Part::word).toArray(String[]::new);
        Map<Part, Integer> weights = new EnumMap<>(Part.class);
        Optional<Section> given = code.section("parts", words);
        for (Part part : Part.values()) {
            int weight = given.map(parts -> parts.number(part.word(), 0, WEIGHT_MAX, 0))
                    .orElse(1);
            if (weight > 0) {
                weights.put(part, weight);
            }
        }
        if (given.isPresent() && weights.isEmpty()) {
            code.problem("parts", "expected at least one with a weight above 0, of " + String.join(", ", words));
        }
        return weights;
    }

    private static List<Operator> operators(Section code) {
        return named(code, "operators", Operator.values(), Operator::word);
    }

    /** Those that are named, or all where none is. */
    private static <T> List<T> named(Section family, String key, T[] all, Function<T, String> word) {
        if (!family.has(key)) {
            return List.of(all);
        }
        List<T> found = new ArrayList<>();
        List<String> words = family.texts(key);
        for (int i = 0; i < words.size(); i++) {
            String wanted = words.get(i);
            Optional<T> match = Arrays.stream(all)
                    .filter(candidate -> word.apply(candidate).equals(wanted))
                    .findFirst();
            match.ifPresent(found::add);
            if (match.isEmpty()) {
                String known = Arrays.stream(all).map(word).collect(Collectors.joining(", "));
                family.problem(key, i, "expected one of " + known);
            }
        }
        return found;
    }
}
