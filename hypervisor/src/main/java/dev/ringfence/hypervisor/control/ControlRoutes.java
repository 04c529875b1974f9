// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.hypervisor.control;

import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Which request is which call of {@link MachineControl}. */
final class ControlRoutes {
    /** The answer's body; null for none. */
    @FunctionalInterface
    interface Call {
        Object answer(MachineControl control);
    }

    @FunctionalInterface
    private interface Action {
        Object answer(MachineControl control, Request request);
    }

    private record Request(List<String> names, QueryStringDecoder query) {
        String name(int index) {
            return names.get(index);
        }

        Optional<String> parameter(String name) {
            return all(name).stream().findFirst();
        }

        List<String> all(String name) {
            return query.parameters().getOrDefault(name, List.of());
        }
    }

    /** In a pattern, "*" stands for one name. */
    private record Route(HttpMethod method, String pattern, Action action) {
        /** The names in place of the stars; empty when it is another path. */
        Optional<List<String>> match(String rawPath) {
            String[] wanted = pattern.split("/", -1);
            String[] given = rawPath.split("/", -1);
            List<String> names = new ArrayList<>();
            for (int i = 0; i < wanted.length; i++) {
                if (given.length != wanted.length || !(wanted[i].equals("*") || wanted[i].equals(given[i]))) {
                    return Optional.empty();
                } else if (wanted[i].equals("*")) {
                    names.add(QueryStringDecoder.decodeComponent(given[i]));
                }
            }
            return Optional.of(names);
        }
    }

    private static final List<Route> ROUTES = List.of(
            new Route(HttpMethod.GET, "/v1/machine", (control, request) -> control.status()),
            new Route(HttpMethod.GET, "/metrics", (control, request) -> Metrics.of(control.status())),
            new Route(HttpMethod.GET, "/v1/events", (control, request) -> control.recentEvents()),
            new Route(HttpMethod.POST, "/v1/shutdown", (control, request) -> {
                control.shutdown();
                return null;
            }),
            new Route(HttpMethod.POST, "/v1/domains/*/kill", (control, request) -> {
                control.kill(request.name(0), killMethod(request));
                return null;
            }),
            new Route(HttpMethod.POST, "/v1/domains/*/restart", (control, request) -> {
                control.restart(request.name(0), restart(request));
                return null;
            }),
            new Route(HttpMethod.POST, "/v1/guests/*/devices/*/attach", (control, request) -> {
                control.attach(request.name(0), request.name(1));
                return null;
            }),
            new Route(HttpMethod.POST, "/v1/guests/*/devices/*/detach", (control, request) -> {
                control.detach(request.name(0), request.name(1));
                return null;
            }));

    private ControlRoutes() {}

    static boolean isFollow(HttpMethod method, QueryStringDecoder query) {
        return method.equals(HttpMethod.GET)
                && query.path().equals("/v1/events")
                && query.parameters().getOrDefault("follow", List.of()).contains("true");
    }

    /** @throws ControlException 404 or 405 */
    static Call find(HttpMethod method, QueryStringDecoder query) {
        List<Route> matching = ROUTES.stream()
                .filter(route -> route.match(query.rawPath()).isPresent())
                .toList();
        if (matching.isEmpty()) {
            throw new ControlException(404, "there is no " + query.path());
        }
        for (Route route : matching) {
            if (route.method.equals(method)) {
                Request request = new Request(route.match(query.rawPath()).get(), query);
                return control -> route.action.answer(control, request);
            }
        }
        String allowed =
                matching.stream().map(route -> route.method.name()).distinct().collect(Collectors.joining(", "));
        throw new ControlException(405, query.path() + " takes " + allowed + " only");
    }

    private static RestartRequest restart(Request request) {
        boolean upgrade = request.parameter("upgrade").orElse("false").equals("true");
        try {
            return new RestartRequest(
                    upgrade, request.all("classPath").stream().map(Path::of).toList());
        } catch (IllegalArgumentException e) {
            throw new ControlException(400, e.getMessage(), e);
        }
    }

    private static KillMethod killMethod(Request request) {
        String word = request.parameter("how").orElse(KillMethod.KILL.word());
        return KillMethod.ofWord(word)
                .orElseThrow(() -> new ControlException(
                        400,
                        "how=" + word + " is unknown; there is: "
                                + Arrays.stream(KillMethod.values())
                                        .map(KillMethod::word)
                                        .collect(Collectors.joining(", "))));
    }
}
