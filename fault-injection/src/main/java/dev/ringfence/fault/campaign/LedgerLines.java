// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.campaign;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads a ledger line by line, and knows how its lines are written. A line is whole once its newline is there. */
final class LedgerLines implements Closeable {
    private static final List<String> HEADER_KEYS =
            List.of("version", "campaign", "seed", "trials", "shard", "build", "machine");
    private static final List<String> TRIAL_KEYS =
            List.of("trial", "driver", "fault", "outcome", "hits", "recovered", "errors", "outageMicros", "wallMicros");
    private static final List<String> FAULT_KEYS = List.of("family", "name");
    private static final ObjectMapper JSON = JsonMapper.builder()
            .addMixIn(OutcomeClass.class, ByWord.class)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .build();

    /** Ledgers name outcome classes by their words. */
    private interface ByWord {
        @JsonValue
        String word();
    }

    private final Path file;
    private final BufferedInputStream in;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long number;
    private long wholeBytes;
    private boolean torn;

    LedgerLines(Path file) throws IOException {
        this(file, Files.newInputStream(file));
    }

    /** @param file for messages only */
    LedgerLines(Path file, InputStream in) {
        this.file = file;
        this.in = new BufferedInputStream(in);
    }

    /** With its newline. */
    static byte[] encode(Object value) {
        try {
            return (JSON.writeValueAsString(value) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be a line of a ledger: value=" + value, e);
        }
    }

    /** What the first line says. */
    LedgerHeader header() throws IOException {
        byte[] bytes = next();
        if (bytes == null) {
            throw wrong(1, "no whole line", "the header of a ledger");
        }
        LedgerHeader header = parse(bytes, LedgerHeader.class, HEADER_KEYS);
        if (header.version() != LedgerHeader.VERSION) {
            throw wrong(number, "version " + header.version(), "version " + LedgerHeader.VERSION);
        }
        if (!Shards.isValid(header.shard())) {
            throw wrong(number, "shard \"" + header.shard() + "\"", "\"K/N\" with K from 1 to N");
        }
        return header;
    }

    /** The next trial; null after the last one. */
    TrialRecord trial(LedgerHeader header) throws IOException {
        byte[] bytes = next();
        if (bytes == null) {
            return null;
        }
        TrialRecord trial = parse(bytes, TrialRecord.class, TRIAL_KEYS);
        if (trial.trial() < 0 || trial.trial() >= header.trials()) {
            throw wrong(number, "trial " + trial.trial(), "one from 0 to " + (header.trials() - 1));
        }
        return trial;
    }

    /** The next whole line without its newline, unread; null after the last one. */
    byte[] next() throws IOException {
        line.reset();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                torn = line.size() > 0;
                return null;
            }
            line.write(next);
        }
        number++;
        wholeBytes += line.size() + 1;
        return line.toByteArray();
    }

    /** Up to the end of the last line that was returned. */
    long wholeBytes() {
        return wholeBytes;
    }

    /** After the last line: more follows, without a newline. */
    boolean isTorn() {
        return torn;
    }

    private <T> T parse(byte[] bytes, Class<T> type, List<String> keys) throws IOException {
        String expected = type == LedgerHeader.class ? "the header of a ledger" : "a trial";
        try {
            JsonNode tree = JSON.readTree(bytes);
            demand(tree, expected, keys);
            if (type == TrialRecord.class) {
                demand(tree.get("fault"), "a fault", FAULT_KEYS);
            }
            return JSON.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw wrong(number, where(e) + e.getOriginalMessage(), expected);
        }
    }

    private static String where(JsonProcessingException e) {
        if (e instanceof JsonMappingException mapping) {
            return mapping.getPath().stream()
                    .map(step -> "\"" + step.getFieldName() + "\": ")
                    .collect(Collectors.joining());
        }
        return "";
    }

    private void demand(JsonNode tree, String expected, List<String> keys) throws IOException {
        if (!tree.isObject()) {
            throw wrong(number, "no JSON object", expected);
        }
        for (String key : keys) {
            if (!tree.hasNonNull(key)) {
                throw wrong(number, "no \"" + key + "\"", expected + " with the keys " + String.join(", ", keys));
            }
        }
    }

    private IOException wrong(long lineNumber, String found, String expected) {
        return new IOException(file + ", line " + lineNumber + ": " + found + "; expected " + expected);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
