// SPDX-License-Identifier: Apache-2.0
/**
 * Faults in a driver's code: one edit of one instruction of one of its classes, while it runs.
 *
 * <pre>
 *   Part                 which classes may be mutated
 *   Mutator              finds the sites of a class; puts a fault into it
 *     Operator           kinds of edits; the package's plural names (Registers, Branches, ...) each are one
 *     Survey, Code       what of a class is mutable, and what is known of a method at each of its instructions
 *     Misdeeds           what mutants call, where a fault is more than an instruction
 *   MutantAgent          replaces a class in a running process by its mutant
 *   Activation           counts how often the fault was reached
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.fault.mutation.Mutator}.
 */
package dev.ringfence.fault.mutation;
