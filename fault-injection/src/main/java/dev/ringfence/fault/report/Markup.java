// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import java.util.ArrayDeque;
import java.util.Deque;

/** Writes HTML. What is text stays text, whatever is in it: ledgers quote exceptions of drivers that have gone mad. */
final class Markup {
    private final StringBuilder html = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** @param attributes names and values in turn */
    Markup open(String tag, String... attributes) {
        start(tag, attributes);
        open.push(tag);
        return this;
    }

    /** The element that was opened last. */
    Markup close() {
        html.append("</").append(open.pop()).append(">\n");
        return this;
    }

    Markup text(String text) {
        escape(text);
        return this;
    }

    /** An element with nothing but text in it. */
    Markup element(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close();
    }

    /** An element that has no end, such as {@code meta}. */
    Markup empty(String tag, String... attributes) {
        start(tag, attributes);
        html.append('\n');
        return this;
    }

    /** What is HTML already, and our own. */
    Markup raw(String trusted) {
        html.append(trusted);
        return this;
    }

    String html() {
        if (!open.isEmpty()) {
            throw new IllegalStateException("elements are open: tags=" + open);
        }
        return html.toString();
    }

    private void start(String tag, String... attributes) {
        html.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            html.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            html.append('"');
        }
        html.append('>');
    }

    private void escape(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> html.append("&amp;");
                case '<' -> html.append("&lt;");
                case '>' -> html.append("&gt;");
                case '"' -> html.append("&quot;");
                case '\'' -> html.append("&#39;");
                case '\n', '\t' -> html.append(c);
                // HTML has no other control characters, and half of a pair can't be written as UTF-8
                default -> html.append(Character.isISOControl(c) || isHalf(text, i) ? '\uFFFD' : c);
            }
        }
    }

    private static boolean isHalf(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
        }
        return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
    }
}
