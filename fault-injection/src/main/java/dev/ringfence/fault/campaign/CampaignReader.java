// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import dev.ringfence.fault.mutation.Operator;
import dev.ringfence.fault.mutation.Part;
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
import java.util.stream.Collectors;

/** Reads and checks campaign files, and those that come with the lab. */
public final class CampaignReader {
    /** What can be run without writing a file. */
    public static final List<String> PRESETS = List.of("smoke", "minix");

    private static final int TRIALS_MAX = 100_000_000;
    private static final int WEIGHT_MAX = 1_000;
    private static final List<String> DRIVERS = List.of("block");

    private final Section root;

    private CampaignReader(Section root) {
        this.root = root;
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
        return read(SourceTree.read(file, problems), problems);
    }

    private static Campaign preset(String name) {
        Problems problems = new Problems(name);
        SourceTree tree = SourceTree.read(
                () -> {
                    InputStream in = CampaignReader.class.getResourceAsStream(name + ".json");
                    return new InputStreamReader(in, StandardCharsets.UTF_8);
                },
                problems);
        return read(tree, problems);
    }

    private static Campaign read(SourceTree source, Problems problems) {
        problems.throwIfAny();
        Section root = new Section(source, problems, "", source.root(), "campaign", "driver", "trials", "seed", "code");
        Campaign campaign = new CampaignReader(root).campaign();
        problems.throwIfAny();
        return campaign;
    }

    private Campaign campaign() {
        String name = root.requiredText("campaign", "mine").orElse("");
        String driver = root.text("driver").orElse(DRIVERS.get(0));
        if (!DRIVERS.contains(driver)) {
            root.problem("driver", "expected one of " + String.join(", ", DRIVERS));
        }
        root.require("trials", "1000");
        int trials = root.number("trials", 1, TRIALS_MAX, 1);
        int seed = root.number("seed", 0, Integer.MAX_VALUE, 42);
        root.require("code", "{}");
        Optional<Section> code = root.section("code", "parts", "operators");
        return new Campaign(
                name,
                driver,
                trials,
                seed,
                code.map(CampaignReader::parts).orElse(Map.of()),
                code.map(CampaignReader::operators).orElse(List.of()));
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
        if (!code.has("operators")) {
            return List.of(Operator.values());
        }
        List<Operator> operators = new ArrayList<>();
        List<String> words = code.texts("operators");
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            Optional<Operator> operator = Arrays.stream(Operator.values())
                    .filter(candidate -> candidate.word().equals(word))
                    .findFirst();
            operator.ifPresent(operators::add);
            if (operator.isEmpty()) {
                String known =
                        Arrays.stream(Operator.values()).map(Operator::word).collect(Collectors.joining(", "));
                code.problem("operators", i, "expected one of " + known);
            }
        }
        return operators;
    }
}
