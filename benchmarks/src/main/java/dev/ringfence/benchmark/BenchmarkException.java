// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

/** The benchmark could not be carried out; the message says which part failed, and how. */
public final class BenchmarkException extends RuntimeException {
    public BenchmarkException(String message) {
        super(message);
    }

    public BenchmarkException(String message, Throwable cause) {
        super(message, cause);
    }
}
