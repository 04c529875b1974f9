// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest; "from sources" when run without one. */
final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
        Optional<String> version =
                Optional.ofNullable(VersionProvider.class.getPackage().getImplementationVersion());
        return new String[] {"ringfence " + version.orElse("from sources"), "Java " + Runtime.version()};
    }
}
