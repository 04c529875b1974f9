// SPDX-License-Identifier: Apache-2.0
/**
 * {@code ringfence demo}: the main job on a small built-in machine, start to finish.
 *
 * <pre>
 *   DemoCommand     source tree -> file system image -> machine -> kills -> table
 *     DemoDisk      makes the image
 *     DemoMachine   runs the machine, kills its driver, collects what the guest saw
 *     CopyProgram   the guest: copies one disk to another and watches for gaps
 *     DemoNetwork   what came of a download, whose work is the benchmark's TransferBenchmark
 * </pre>
 *
 * <p>Start reading at {@link dev.ringfence.cli.demo.DemoCommand}.
 */
package dev.ringfence.cli.demo;
