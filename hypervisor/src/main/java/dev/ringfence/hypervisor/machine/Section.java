// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * One object of the file, read key by key. A value of the wrong type is reported and then counts as absent, so that
 * reading goes on and finds the next problem.
 */
public final class Section {
    private static final int QUOTED_MAX = 60;

    private final SourceTree source;
    private final Problems problems;
    private final String path;
    private final JsonNode node;

    /** Reports every key that is not one of {@code known}. */
    public Section(SourceTree source, Problems problems, String path, JsonNode node, String... known) {
        this.source = source;
        this.problems = problems;
        this.path = path;
        this.node = node;
        if (!(node instanceof ObjectNode)) {
            problems.add(source.valueAt(path), path, quote(node) + ": expected an object {...}");
        }
        List<String> names = List.of(known);
        node.fieldNames().forEachRemaining(key -> {
            if (!names.contains(key)) {
                String member = SourceTree.member(path, key);
                problems.add(source.keyAt(member), member, "unknown key" + Nearest.hint(key, names));
            }
        });
    }

    public String path(String key) {
        return SourceTree.member(path, key);
    }

    /** There is something where a path of keys leads to. */
    public boolean has(String first, String... deeper) {
        JsonNode at = node.path(first);
        for (String key : deeper) {
            at = at.path(key);
        }
        return !at.isMissingNode();
    }

    public int line(String key) {
        return source.valueAt(path(key)).line();
    }

    /** Says what is wrong with a key's value, which the message quotes. */
    public void problem(String key, String message) {
        problems.add(source.valueAt(path(key)), path(key), quote(node.path(key)) + ": " + message);
    }

    /** Says what is wrong with one element of a key's list. */
    public void problem(String key, int index, String message) {
        String at = SourceTree.element(path(key), index);
        problems.add(source.valueAt(at), at, quote(node.path(key).path(index)) + ": " + message);
    }

    /** Says what is wrong with this object as a whole. */
    public void problem(String message) {
        problems.add(source.valueAt(path), path, message);
    }

    /** Empty, and a problem, when the key is missing: {@code example} is what could stand there. */
    public Optional<String> requiredText(String key, String example) {
        require(key, "\"" + example + "\"");
        return text(key);
    }

    public void require(String key, String example) {
        if (node instanceof ObjectNode && !has(key)) {
            problem("\"" + key + "\" is missing; give e.g. \"" + key + "\": " + example);
        }
    }

    public Optional<String> text(String key) {
        return present(key, "a text in quotes", node.path(key).isTextual()).map(JsonNode::textValue);
    }

    public boolean flag(String key) {
        return present(key, "true or false", node.path(key).isBoolean())
                .map(JsonNode::booleanValue)
                .orElse(false);
    }

    public int number(String key, int from, int to, int otherwise) {
        String expected = "a whole number from " + from + " to " + to;
        JsonNode value = node.path(key);
        boolean fits = value.isInt() && value.intValue() >= from && value.intValue() <= to;
        return present(key, expected, fits).map(JsonNode::intValue).orElse(otherwise);
    }

    /** In bytes; {@code "96MiB"}, {@code "4096"} or 4096. */
    public OptionalLong size(String key) {
        JsonNode value = node.path(key);
        OptionalLong bytes =
                value.isTextual() || value.isIntegralNumber() ? ByteSize.parse(value.asText()) : OptionalLong.empty();
        present(key, "a size such as \"64MiB\"; units are KiB, MiB, GiB and TiB", bytes.isPresent());
        return bytes;
    }

    /** Within bounds; empty when the key is missing or its value is none such. */
    public Optional<Duration> duration(String key, Duration from, Duration to) {
        Optional<Duration> duration = Durations.parse(node.path(key).asText());
        present(key, "a duration such as \"10ms\"; units are ms, s, min and h", duration.isPresent());
        if (duration.isPresent()
                && (duration.get().compareTo(from) < 0 || duration.get().compareTo(to) > 0)) {
            problem(key, "expected " + Durations.format(from) + " to " + Durations.format(to));
            return Optional.empty();
        }
        return duration;
    }

    /** Of one processor; {@code "150%"}. */
    public OptionalInt percent(String key) {
        String text = node.path(key).asText();
        boolean fits = node.path(key).isTextual() && text.matches("[1-9][0-9]{0,5}%");
        return present(key, "a share of one processor such as \"150%\", at least 1%", fits)
                        .isPresent()
                ? OptionalInt.of(Integer.parseInt(text.substring(0, text.length() - 1)))
                : OptionalInt.empty();
    }

    /** Empty when the key is missing or its value is none. */
    public OptionalInt number(String key, int from, int to) {
        int none = from - 1;
        int value = number(key, from, to, none);
        return value == none ? OptionalInt.empty() : OptionalInt.of(value);
    }

    public Duration durationFrom(String key, Duration least, Duration otherwise) {
        Optional<Duration> duration =
                Durations.parse(node.path(key).asText()).filter(given -> given.compareTo(least) >= 0);
        String expected =
                "a duration such as \"10s\", at least " + Durations.format(least) + "; units are ms, s, min and h";
        present(key, expected, duration.isPresent());
        return duration.orElse(otherwise);
    }

    public List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        List<JsonNode> elements = elements(key);
        for (int i = 0; i < elements.size(); i++) {
            if (elements.get(i).isTextual()) {
                texts.add(elements.get(i).textValue());
            } else {
                problem(key, i, "expected a text in quotes");
            }
        }
        return texts;
    }

    /** Values that are a text, a number or a boolean, each as its text. */
    public Map<String, String> scalars(String key) {
        Map<String, String> scalars = new LinkedHashMap<>();
        present(key, "an object {...}", node.path(key).isObject())
                .ifPresent(object -> object.properties().forEach(entry -> {
                    JsonNode value = entry.getValue();
                    if (value.isTextual() || value.isNumber() || value.isBoolean()) {
                        scalars.put(entry.getKey(), value.asText());
                    } else {
                        String at = SourceTree.member(path(key), entry.getKey());
                        String expected = ": expected a text, a number, true or false";
                        problems.add(source.valueAt(at), at, quote(value) + expected);
                    }
                }));
        return scalars;
    }

    public Optional<Section> section(String key, String... known) {
        return has(key)
                ? Optional.of(new Section(source, problems, path(key), node.get(key), known))
                : Optional.empty();
    }

    /** Each element of a list as a section of its own. */
    public void forEach(String key, Consumer<Section> reader, String... known) {
        List<JsonNode> elements = elements(key);
        for (int i = 0; i < elements.size(); i++) {
            reader.accept(new Section(source, problems, SourceTree.element(path(key), i), elements.get(i), known));
        }
    }

    private List<JsonNode> elements(String key) {
        List<JsonNode> elements = new ArrayList<>();
        present(key, "a list [...]", node.path(key).isArray()).ifPresent(list -> list.forEach(elements::add));
        return elements;
    }

    private Optional<JsonNode> present(String key, String expected, boolean fits) {
        if (has(key) && !fits) {
            problem(key, "expected " + expected);
        }
        return fits ? Optional.of(node.get(key)) : Optional.empty();
    }

    private static String quote(JsonNode value) {
        if (value.isContainerNode()) {
            return value.isObject() ? "{...}" : "[...]";
        }
        String text = value.toString();
        return text.length() <= QUOTED_MAX ? text : text.substring(0, QUOTED_MAX) + "...";
    }
}
