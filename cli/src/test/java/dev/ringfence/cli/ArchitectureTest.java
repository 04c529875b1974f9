// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of the house: who may know whom. Maven keeps modules apart, this also keeps the packages inside them. */
@AnalyzeClasses(packages = "dev.ringfence", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    private static final String RING_BUFFERS = "ring-buffers";
    private static final String GRANT_TABLES = "grant-tables";
    private static final String HYPERVISOR = "hypervisor";
    private static final String BACKEND_DRIVERS = "backend-drivers";
    private static final String FRONTEND_DRIVERS = "frontend-drivers";
    private static final String FAULT_INJECTION = "fault-injection";
    private static final String BENCHMARKS = "benchmarks";
    private static final String CLI = "cli";

    @ArchTest
    static final ArchRule modulesDependDownwardsOnlyAndBackendsAndFrontendsNeverMeet = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .withOptionalLayers(true)
            .layer(RING_BUFFERS)
            .definedBy("dev.ringfence.memory..", "dev.ringfence.ring..", "dev.ringfence.protocol..")
            .layer(GRANT_TABLES)
            .definedBy("dev.ringfence.grant..")
            .layer(HYPERVISOR)
            .definedBy("dev.ringfence.store..", "dev.ringfence.domain..", "dev.ringfence.hypervisor..")
            .layer(BACKEND_DRIVERS)
            .definedBy("dev.ringfence.backend..")
            .layer(FRONTEND_DRIVERS)
            .definedBy("dev.ringfence.frontend..")
            .layer(FAULT_INJECTION)
            .definedBy("dev.ringfence.fault..")
            .layer(BENCHMARKS)
            .definedBy("dev.ringfence.benchmark..")
            .layer(CLI)
            .definedBy("dev.ringfence.cli..")
            .whereLayer(RING_BUFFERS)
            .mayNotAccessAnyLayer()
            .whereLayer(GRANT_TABLES)
            .mayOnlyAccessLayers(RING_BUFFERS)
            .whereLayer(HYPERVISOR)
            .mayOnlyAccessLayers(RING_BUFFERS, GRANT_TABLES)
            .whereLayer(BACKEND_DRIVERS)
            .mayOnlyAccessLayers(RING_BUFFERS, GRANT_TABLES, HYPERVISOR)
            .whereLayer(FRONTEND_DRIVERS)
            .mayOnlyAccessLayers(RING_BUFFERS, GRANT_TABLES, HYPERVISOR)
            .whereLayer(FAULT_INJECTION)
            .mayOnlyAccessLayers(RING_BUFFERS, GRANT_TABLES, HYPERVISOR, BACKEND_DRIVERS, FRONTEND_DRIVERS)
            .whereLayer(CLI)
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheMemoryPackageCallsNativeCode = noClasses()
            .that()
            .resideOutsideOfPackage("dev.ringfence.memory..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("jnr..", "com.kenai..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule onlyTheMemoryPackageKnowsChronicle = noClasses()
            .that()
            .resideOutsideOfPackage("dev.ringfence.memory..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("net.openhft..")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.ringfence.(**)").should().beFreeOfCycles().allowEmptyShould(true);
}
