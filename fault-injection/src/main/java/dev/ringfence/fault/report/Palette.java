// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.report;

import dev.ringfence.fault.campaign.OutcomeClass;
import java.util.Locale;

/** One colour a class, in tables and plots alike: greys where nothing happened, blues where a restart helps, red where nothing does. */
final class Palette {
    private Palette() {}

    /** As 0xRRGGBB. */
    static int rgb(OutcomeClass outcome) {
        return switch (outcome) {
            case STILLBORN -> 0xd3d7de;
            case NOT_ACTIVATED -> 0xb3bac6;
            case MASKED -> 0x8b95a7;
            case CRASH -> 0x2f74c0;
            case HANG -> 0x6a5acd;
            case HOG -> 0x1d9a8a;
            case PROTOCOL_VIOLATION -> 0xd9a21b;
            case DETECTED_DATA_ERROR -> 0xe2762b;
            case SILENT_CORRUPTION -> 0xd62839;
            case PROPAGATED -> 0xb5179e;
        };
    }

    /** For a style attribute. */
    static String css(OutcomeClass outcome) {
        return css(rgb(outcome));
    }

    /** @param rgb 0xRRGGBB */
    static String css(int rgb) {
        return String.format(Locale.ROOT, "#%06x", rgb);
    }

    /** @param opacity from 0 to 1 */
    static String css(OutcomeClass outcome, double opacity) {
        int rgb = rgb(outcome);
        return String.format(
                Locale.ROOT, "rgba(%d,%d,%d,%.2f)", rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff, opacity);
    }
}
