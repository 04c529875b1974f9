// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark.transfer;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, which every Java has. */
final class Digest {
    private final MessageDigest sha256;

    Digest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void add(byte[] bytes, int count) {
        sha256.update(bytes, 0, count);
    }

    String hex() {
        return HexFormat.of().formatHex(sha256.digest());
    }
}
