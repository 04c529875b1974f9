// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Something the project has set itself to reach.
 *
 * @param name what is measured, with its unit
 * @param goal the bound, such as ">= 0.8"
 * @param missedBy how far off; absent when met
 * @param why absent when met
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Goal(String name, String goal, double measured, boolean met, Double missedBy, String why) {
    public static Goal atLeast(String name, double bound, double measured, String whyNot) {
        boolean met = measured >= bound;
        return new Goal(name, ">= " + bound, measured, met, met ? null : bound - measured, met ? null : whyNot);
    }

    public static Goal atMost(String name, double bound, double measured, String whyNot) {
        boolean met = measured <= bound;
        return new Goal(name, "<= " + bound, measured, met, met ? null : measured - bound, met ? null : whyNot);
    }
}
