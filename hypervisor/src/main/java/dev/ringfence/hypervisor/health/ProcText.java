// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.health;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The text of a file under /proc, read with one system call into the same buffer each time. */
final class ProcText {
    private static final int BYTES = 4096;

    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BYTES);

    /** @throws IOException what it told of is gone */
    void load(FileChannel file) throws IOException {
        buffer.clear();
        if (file.read(buffer, 0) <= 0) {
            throw new IOException("empty");
        }
        buffer.flip();
    }

    /** To what follows a thread's name: that is in parentheses and may hold anything, parentheses too. */
    void skipName() {
        int at = buffer.limit() - 1;
        while (at > 0 && buffer.get(at) != ')') {
            at--;
        }
        buffer.position(Math.min(at + 1, buffer.limit()));
    }

    char character() {
        skipBlanks();
        return buffer.hasRemaining() ? (char) buffer.get() : '?';
    }

    void skipField() {
        skipBlanks();
        while (buffer.hasRemaining() && !isBlank(buffer.get(buffer.position()))) {
            buffer.get();
        }
    }

    /** A number without a sign begins here, after blanks. */
    boolean isNumber() {
        skipBlanks();
        return buffer.hasRemaining() && Character.isDigit(buffer.get(buffer.position()));
    }

    /** The number that begins here, after blanks; 0 when there is none. */
    long number() {
        skipBlanks();
        long value = 0;
        while (buffer.hasRemaining() && Character.isDigit(buffer.get(buffer.position()))) {
            value = 10 * value + buffer.get() - '0';
        }
        return value;
    }

    /** To what follows {@code key}, such as {@code "Threads:"}; false, and at the end, when it isn't there. */
    boolean find(String key) {
        for (int at = 0; at <= buffer.limit() - key.length(); at++) {
            if ((at == 0 || buffer.get(at - 1) == '\n') && matches(at, key)) {
                buffer.position(at + key.length());
                return true;
            }
        }
        buffer.position(buffer.limit());
        return false;
    }

    /** The last number of the line. */
    long lastNumber() {
        long last = 0;
        while (buffer.hasRemaining() && buffer.get(buffer.position()) != '\n') {
            if (Character.isDigit(buffer.get(buffer.position()))) {
                last = number();
            } else {
                buffer.get();
            }
        }
        return last;
    }

    private boolean matches(int at, String key) {
        for (int i = 0; i < key.length(); i++) {
            if (buffer.get(at + i) != key.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void skipBlanks() {
        while (buffer.hasRemaining() && isBlank(buffer.get(buffer.position()))) {
            buffer.get();
        }
    }

    private static boolean isBlank(byte character) {
        return character == ' ' || character == '\t' || character == '\n';
    }
}
