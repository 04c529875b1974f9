// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.time.Instant;
import java.util.List;

/** The control API's records as JSON: times in ISO 8601, a record a line. */
public final class ControlJson {
    private static final ObjectMapper MAPPER = new ObjectMapper()
            // a command may be older than the machine it talks to
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .registerModule(new SimpleModule()
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addDeserializer(Instant.class, new InstantDeserializer()));

    private ControlJson() {}

    /** On one line. */
    public static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("can't be written as JSON: value=" + value, e);
        }
    }

    static <T> T read(String json, Class<T> type) {
        return read(() -> MAPPER.readValue(json, type));
    }

    static <T> List<T> readList(String json, Class<T> type) {
        return read(() -> MAPPER.readerForListOf(type).readValue(json));
    }

    private static <T> T read(Reading<T> reading) {
        try {
            return reading.value();
        } catch (JsonProcessingException e) {
            throw new ControlException(502, "the machine's answer can't be read: " + e.getOriginalMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T value() throws JsonProcessingException;
    }

    private static final class InstantDeserializer extends FromStringDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantDeserializer() {
            super(Instant.class);
        }

        @Override
        protected Instant _deserialize(String value, DeserializationContext context) {
            return Instant.parse(value);
        }
    }
}
