// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.fault.mutation;

/**
 * A class with one fault in it.
 *
 * @param classFile the whole class
 * @param edit what was changed, in words, such as {@code IFEQ -> IFNE}
 */
public record Mutant(byte[] classFile, MutationSite site, String edit) {}
