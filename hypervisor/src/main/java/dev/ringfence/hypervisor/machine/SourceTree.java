// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.machine;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A JSON file as a tree that knows where each key and each value stands. */
public final class SourceTree {
    /** Both from 1. */
    public record Location(int line, int column) {
        static final Location NOWHERE = new Location(0, 0);

        private static Location of(JsonLocation location) {
            return new Location(location.getLineNr(), location.getColumnNr());
        }
    }

    private static final ObjectMapper MAPPER = new ObjectMapper(new JsonFactory());

    private final Problems problems;
    private final Map<String, Location> keys = new HashMap<>();
    private final Map<String, Location> values = new HashMap<>();
    private JsonNode root = MissingNode.getInstance();

    private SourceTree(Problems problems) {
        this.problems = problems;
    }

    /** A file that can't be read or is no JSON is a problem of its own, and gives an empty tree. */
    public static SourceTree read(Path file, Problems problems) {
        return read(() -> Files.newBufferedReader(file), problems);
    }

    /** Where the text of a file comes from. */
    @FunctionalInterface
    public interface Source {
        Reader open() throws IOException;
    }

    /** As {@link #read(Path, Problems)}, from anywhere. */
    public static SourceTree read(Source source, Problems problems) {
        SourceTree tree = new SourceTree(problems);
        try (Reader reader = source.open();
                JsonParser parser = MAPPER.createParser(reader)) {
            tree.parse(parser);
        } catch (JsonEOFException e) {
            String message = "not valid JSON: the file ends too early; is a }, ] or \" missing?";
            problems.add(Location.of(e.getLocation()), "", message);
        } catch (JsonProcessingException e) {
            problems.add(Location.of(e.getLocation()), "", "not valid JSON: " + e.getOriginalMessage());
        } catch (NoSuchFileException e) {
            problems.add(Location.NOWHERE, "", "no such file");
        } catch (MalformedInputException e) {
            problems.add(Location.NOWHERE, "", "not valid JSON: not a text in UTF-8");
        } catch (IOException e) {
            problems.add(Location.NOWHERE, "", "can't be read: " + e.getMessage());
        }
        return tree;
    }

    /** Missing when the file was empty or unreadable. */
    public JsonNode root() {
        return root;
    }

    /** Of the value at a path, or of the nearest enclosing one that is there. */
    public Location valueAt(String path) {
        for (String at = path; !at.isEmpty(); at = parent(at)) {
            Location location = values.get(at);
            if (location != null) {
                return location;
            }
        }
        return values.getOrDefault("", Location.NOWHERE);
    }

    public Location keyAt(String path) {
        return keys.getOrDefault(path, valueAt(path));
    }

    public static String member(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    public static String element(String path, int index) {
        return path + "[" + index + "]";
    }

    private static String parent(String path) {
        return path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }

    private void parse(JsonParser parser) throws IOException {
        if (parser.nextToken() == null) {
            problems.add(new Location(1, 1), "", "the file is empty");
            return;
        }
        root = value(parser, "");
        if (parser.nextToken() != null) {
            problems.add(Location.of(parser.currentTokenLocation()), "", "not valid JSON: more after the last }");
        }
    }

    private JsonNode value(JsonParser parser, String path) throws IOException {
        values.put(path, Location.of(parser.currentTokenLocation()));
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, path);
            case START_ARRAY -> array(parser, path);
            default -> MAPPER.readTree(parser);
        };
    }

    private ObjectNode object(JsonParser parser, String path) throws IOException {
        ObjectNode node = MAPPER.createObjectNode();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            String member = member(path, key);
            Location location = Location.of(parser.currentTokenLocation());
            if (node.has(key)) {
                problems.add(
                        location,
                        member,
                        "given twice; the first is in line " + keyAt(member).line());
            }
            keys.put(member, location);
            parser.nextToken();
            node.set(key, value(parser, member));
        }
        return node;
    }

    private ArrayNode array(JsonParser parser, String path) throws IOException {
        ArrayNode node = MAPPER.createArrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            node.add(value(parser, element(path, node.size())));
        }
        return node;
    }
}
