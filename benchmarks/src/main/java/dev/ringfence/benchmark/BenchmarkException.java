// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/** The benchmark could not be carried out; the message says which part failed, and how. */
public final class BenchmarkException extends RuntimeException {
    BenchmarkException(String message) {
        super(message);
    }

    BenchmarkException(String message, Throwable cause) {
        super(message, cause);
    }
}
