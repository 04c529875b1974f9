// SPDX-License-Identifier: Apache-2.0
/**
 * The machine file: what a user wrote, checked, as records.
 *
 * <pre>
 *   quickstart.json -- SourceTree --> tree + line:column of every key and value
 *                       *Parser   --> MachineFile
 *                                       DriverDomainSpec  name, driver, standbys, limits
 *                                         DeviceSpec      name, Backing: Image | RawDevice | Memory | UserClass | Tap | Switch
 *                                                         | Entropy
 *                                       GuestSpec         name, limits
 *                                         GuestDeviceSpec kind, as, disk, mode, queues, limits, address, SourceSpec, receive
 *                                         ProgramSpec     Nbd | Tap | Java
 *                       Names, Exports, FileFacts --> Problem: file:line:column: path: what is wrong and what to do
 * </pre>
 *
 * Every problem of a file is reported, not just the first. Start reading at
 * {@link dev.ringfence.hypervisor.machine.MachineFileReader}.
 */
package dev.ringfence.hypervisor.machine;
