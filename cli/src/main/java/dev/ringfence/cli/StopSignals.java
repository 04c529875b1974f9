// SPDX-License-Identifier: Apache-2.0
package dev.ringfence.cli;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGINT, SIGTERM and SIGHUP while a machine runs: the first stops it cleanly, a second one at once. A shutdown hook
 * would not do: it is not told of a second signal, and the exit code is the signal's.
 *
 * <p>{@code sun.misc.Signal} is the JDK's only door to this. The compiler warns of it with no way to say "I know", hence
 * the reflection.
 */
final class StopSignals implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StopSignals.class);
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");
    /** As a shell reports a program that SIGINT killed. */
    private static final int INTERRUPTED = 128 + 2;

    private final PrintWriter err;
    private final Method handle;
    private final Map<Object, Object> previous = new LinkedHashMap<>();
    private Runnable stop;
    private boolean seen;

    private StopSignals(PrintWriter err) throws ReflectiveOperationException {
        this.err = err;
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        handle = signalType.getMethod("handle", signalType, handlerType);
        Object handler = Proxy.newProxyInstance(
                StopSignals.class.getClassLoader(), new Class<?>[] {handlerType}, (proxy, method, args) -> {
                    received();
                    return null;
                });
        for (String name : NAMES) {
            Object signal = signalType.getConstructor(String.class).newInstance(name);
            try {
                previous.put(signal, handle.invoke(null, signal, handler));
            } catch (InvocationTargetException e) {
                LOG.warn(
                        "SIG{} will not stop the machine cleanly: {}", name, String.valueOf(e.getCause())); // java -Xrs
            }
        }
    }

    static StopSignals install(PrintWriter err) {
        try {
            return new StopSignals(err);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no sun.misc.Signal", e);
        }
    }

    /** What the first signal does, also when it came before this call. */
    synchronized void onFirst(Runnable action) {
        stop = action;
        if (seen) {
            action.run();
        }
    }

    @Override
    public void close() {
        previous.forEach((signal, handler) -> {
            try {
                handle.invoke(null, signal, handler);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException("a signal's handler can't be put back: signal=" + signal, e);
            }
        });
    }

    private synchronized void received() {
        if (seen) {
            Runtime.getRuntime().halt(INTERRUPTED);
        }
        seen = true;
        if (stop != null) {
            stop.run();
        }
        err.println("stopping; once more to stop at once");
        err.flush();
    }
}
