// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

/**
 * A place where an operator applies.
 *
 * @param className as {@link Class#getName} has it
 * @param method its name; of a lambda's body what the compiler made of it
 * @param line of the source, or 0 when the class file doesn't tell
 * @param index among all sites of that class, from 0; the same for the same class file
 */
public record MutationSite(String className, String method, int line, Operator operator, int index) {}
